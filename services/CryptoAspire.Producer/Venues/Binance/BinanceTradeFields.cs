using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>
/// The fields of a Binance trade as they come. <c>T</c> is the trade's time, <c>E</c> only the message's; <c>m</c> true means that the buyer was the maker,
/// so the taker sold.
/// </summary>
internal struct BinanceTradeFields
{
    public string? Symbol;
    private long? id, timeUs;
    private decimal? price, size;
    private bool? buyerIsMaker;

    /// <summary>Futures print the insurance fund's and other technical trades, some without a price: <c>X</c> tells them from the market's.</summary>
    public bool IsTechnical { get; private set; }

    public void Read(ref Utf8JsonReader json, WordCache words)
    {
        if (json.ValueTextEquals("s"u8)) Symbol = JsonFields.Word(ref JsonFields.Value(ref json), "s", words);
        else if (json.ValueTextEquals("t"u8)) id = JsonFields.Id(ref JsonFields.Value(ref json), "t");
        else if (json.ValueTextEquals("p"u8)) price = JsonFields.NotNegative(ref JsonFields.Value(ref json), "p");
        else if (json.ValueTextEquals("q"u8)) size = JsonFields.NotNegative(ref JsonFields.Value(ref json), "q");
        else if (json.ValueTextEquals("T"u8)) timeUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "T");
        else if (json.ValueTextEquals("m"u8)) buyerIsMaker = JsonFields.Flag(ref JsonFields.Value(ref json), "m");
        else if (json.ValueTextEquals("X"u8)) IsTechnical = !(JsonFields.Value(ref json).TokenType == JsonTokenType.String && json.ValueTextEquals("MARKET"u8));
        else json.Skip();
    }

    public void ReadRest(ref Utf8JsonReader json)
    {
        if (json.ValueTextEquals("id"u8)) id = JsonFields.Id(ref JsonFields.Value(ref json), "id");
        else if (json.ValueTextEquals("price"u8)) price = JsonFields.NotNegative(ref JsonFields.Value(ref json), "price");
        else if (json.ValueTextEquals("qty"u8)) size = JsonFields.NotNegative(ref JsonFields.Value(ref json), "qty");
        else if (json.ValueTextEquals("time"u8)) timeUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "time");
        else if (json.ValueTextEquals("isBuyerMaker"u8)) buyerIsMaker = JsonFields.Flag(ref JsonFields.Value(ref json), "isBuyerMaker");
        else json.Skip();
    }

    // Zeros are judged here and not where they are read: technical trades have them, and X comes after.
    public readonly VenueTrade ToTrade() => new(
        Symbol ?? throw FieldException.Missing("s"), id ?? throw FieldException.Missing("t"), timeUs ?? throw FieldException.Missing("T"),
        AboveZero(price, "p"), AboveZero(size, "q"), (buyerIsMaker ?? throw FieldException.Missing("m")) ? Side.Sell : Side.Buy);

    private static decimal AboveZero(decimal? value, string field) => value switch
    {
        null => throw FieldException.Missing(field),
        0 => throw FieldException.Impossible(field, "0", "a number above 0"),
        { } number => number,
    };
}
