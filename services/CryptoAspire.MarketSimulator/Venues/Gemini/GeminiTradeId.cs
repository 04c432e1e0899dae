using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Synthetic;

namespace CryptoAspire.MarketSimulator.Venues.Gemini;

/// <summary>
/// Gemini's trade ids rise with jumps of any size, because they count all events of the exchange. Ours do so too, and can be turned back into the market's own.
/// A capture keeps its own ids.
/// </summary>
internal static class GeminiTradeId
{
    private const long Room = 6_151;

    public static long Of(MarketTrade trade) => trade.Instrument.IsRecorded ? trade.Id : trade.Id * Room + (long)(Noise.Hash((ulong)trade.Id, trade.Instrument.Id) % Room);

    /// <summary>The market's id of the first trade whose Gemini id is above the given one.</summary>
    public static long FirstAfter(Instrument instrument, long tid)
    {
        if (instrument.IsRecorded) return tid + 1;
        var id = tid / Room;
        return Of(new MarketTrade(instrument, id, 0, 0, 0, false)) > tid ? id : id + 1;
    }
}
