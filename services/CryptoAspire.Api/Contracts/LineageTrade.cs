using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>A trade, and the Bronze record that brought it.</summary>
/// <param name="Source">Where it came from.</param>
/// <param name="TradeId">The venue's id.</param>
/// <param name="EventTime">When the venue executed it.</param>
/// <param name="Price">In the quote asset.</param>
/// <param name="Size">In the base asset.</param>
/// <param name="Side">The taker's, buy or sell.</param>
/// <param name="KafkaPartition">Partition of crypto_prices.</param>
/// <param name="KafkaOffset">Offset in it.</param>
/// <param name="ProcessedAt">When it was committed to Silver.</param>
public sealed record LineageTrade(
    string Source, long TradeId, DateTimeOffset EventTime, decimal Price, decimal Size, string Side, int KafkaPartition, long KafkaOffset, DateTimeOffset ProcessedAt)
{
    internal static LineageTrade Of(CandleTrade t) =>
        new(t.Source, t.TradeId, t.EventTime, t.Price, t.Size, t.Side == Market.Side.Buy ? "buy" : "sell", t.KafkaPartition, t.KafkaOffset, t.ProcessedAt);
}
