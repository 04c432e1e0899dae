using System.Globalization;
using CryptoAspire.Market;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import;

/// <summary>What every candle has to be, whatever it was read from.</summary>
internal sealed class HistoryChecks(TimeProvider clock)
{
    // Bitcoin's first block: nothing of this market is older, and a time that is was read in the wrong unit.
    private static readonly long FirstBlockUs = UnixMicroseconds.Of(new DateTimeOffset(2009, 1, 3, 18, 15, 5, TimeSpan.Zero));

    private readonly long nowUs = UnixMicroseconds.Of(clock.GetUtcNow());

    /// <summary>Null when the candle can be.</summary>
    /// <param name="lengthUs">The candles' length; 1 for trades.</param>
    public Rejection? Check(in HistoryBar bar, long lengthUs)
    {
        if (bar.StartUs < FirstBlockUs - lengthUs) return Of("time", bar, "is before Bitcoin's first block");
        if (bar.StartUs > nowUs) return Of("time", bar, "is in the future");
        if (bar.StartUs % lengthUs != 0) return Of("time", bar, $"is no start of a candle of {TimeSpan.FromMicroseconds(lengthUs):c}");
        if (bar.Open <= 0) return Of("open", bar.Open, "is not above zero");
        if (bar.High <= 0) return Of("high", bar.High, "is not above zero");
        if (bar.Low <= 0) return Of("low", bar.Low, "is not above zero");
        if (bar.Close <= 0) return Of("close", bar.Close, "is not above zero");
        if (bar.High < bar.Low) return Of("high", bar.High, $"is below the low, {Text(bar.Low)}");
        if (bar.High < bar.Open || bar.High < bar.Close) return Of("high", bar.High, $"is below the {(bar.High < bar.Open ? "open" : "close")}, {Text(bar.High < bar.Open ? bar.Open : bar.Close)}");
        if (bar.Low > bar.Open || bar.Low > bar.Close) return Of("low", bar.Low, $"is above the {(bar.Low > bar.Open ? "open" : "close")}, {Text(bar.Low > bar.Open ? bar.Open : bar.Close)}");
        if (bar.Volume < 0) return Of("volume", bar.Volume.Value, "is below zero");
        if (bar.Notional < 0) return Of("notional", bar.Notional.Value, "is below zero");
        if (bar.BuyVolume < 0 || bar.BuyVolume > bar.Volume) return Of("buy volume", bar.BuyVolume.Value, "is not between zero and the volume");
        return bar.TradeCount < 0 ? Of("trades", bar.TradeCount.Value, "is below zero") : null;
    }

    private static Rejection Of(string field, in HistoryBar bar, string why) =>
        new(field, UnixMicroseconds.ToTime(bar.StartUs).ToString("yyyy-MM-dd HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture), why);

    private static Rejection Of(string field, decimal value, string why) => new(field, Text(value), why);

    private static string Text(decimal value) => value.ToString(CultureInfo.InvariantCulture);
}
