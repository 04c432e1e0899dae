namespace CryptoAspire.Dashboard.Live;

/// <summary>Payload of <c>candles:X:interval</c>: bars, oldest first. A reader ignores a revision that it has already passed.</summary>
public sealed record CandleUpdate(IReadOnlyList<CandleBar> Bars);
