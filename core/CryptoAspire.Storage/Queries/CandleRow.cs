using CryptoAspire.Market;
using Npgsql;

namespace CryptoAspire.Storage.Queries;

/// <summary>The order of a candle's columns in our selects.</summary>
internal static class CandleRow
{
    public static Candle Read(NpgsqlDataReader reader) => new()
    {
        Symbol = reader.GetString(0),
        Venue = reader.GetString(1),
        Interval = Intervals.Parse(reader.GetString(2)),
        Start = reader.GetFieldValue<DateTimeOffset>(3),
        Open = reader.GetDecimal(4),
        High = reader.GetDecimal(5),
        Low = reader.GetDecimal(6),
        Close = reader.GetDecimal(7),
        Volume = reader.GetDecimal(8),
        Notional = reader.GetDecimal(9),
        BuyVolume = reader.GetDecimal(10),
        TradeCount = reader.GetInt64(11),
        Revision = reader.GetInt64(12),
        Status = CandleCodec.StatusOf(reader.GetString(13)),
    };
}
