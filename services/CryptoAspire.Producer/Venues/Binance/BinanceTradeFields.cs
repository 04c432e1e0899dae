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

    /// <summary>Several fills in one, whose id is <c>a</c>.</summary>
    public bool IsAggregate;
    private long? id, timeUs;
    private decimal? price, size;
    private bool? buyerIsMaker;

    /// <summary>Futures print the insurance fund's and other technical trades, some without a price: <c>X</c> tells them from the market's.</summary>
    public bool IsTechnical { get; private set; }

    public void Read(ref Utf8JsonReader json, WordCache words)
    {
        var name = JsonFields.Name(ref json);
        switch (name.Length == 1 ? name[0] : (byte)0)
        {
            case (byte)'s':
                Symbol = JsonFields.Word(ref JsonFields.Value(ref json), "s", words);
                break;
            case (byte)'t' when !IsAggregate:
            case (byte)'a' when IsAggregate:
                id = JsonFields.Id(ref JsonFields.Value(ref json), IdName);
                break;
            case (byte)'p':
                price = JsonFields.NotNegative(ref JsonFields.Value(ref json), "p");
                break;
            case (byte)'q':
                size = JsonFields.NotNegative(ref JsonFields.Value(ref json), "q");
                break;
            case (byte)'T':
                timeUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "T");
                break;
            case (byte)'m':
                buyerIsMaker = JsonFields.Flag(ref JsonFields.Value(ref json), "m");
                break;
            case (byte)'X':
                IsTechnical = !(JsonFields.Value(ref json).TokenType == JsonTokenType.String && json.ValueTextEquals("MARKET"u8));
                break;
            default:
                json.Skip();
                break;
        }
    }

    private readonly string IdName => IsAggregate ? "a" : "t";

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
        Symbol ?? throw FieldException.Missing("s"), id ?? throw FieldException.Missing(IdName), timeUs ?? throw FieldException.Missing("T"),
        AboveZero(price, "p"), AboveZero(size, "q"), (buyerIsMaker ?? throw FieldException.Missing("m")) ? Side.Sell : Side.Buy);

    private static decimal AboveZero(decimal? value, string field) => value switch
    {
        null => throw FieldException.Missing(field),
        0 => throw FieldException.Impossible(field, "0", "a number above 0"),
        { } number => number,
    };
}
