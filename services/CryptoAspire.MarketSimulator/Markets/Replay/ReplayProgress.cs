namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>How far a replay is.</summary>
/// <param name="State"><c>waiting</c> (nobody has subscribed yet), <c>playing</c>, <c>paused</c> (the last subscriber left) or <c>finished</c>.</param>
/// <param name="Position">Trades played, counting every lap.</param>
/// <param name="Length">Trades on the tape.</param>
/// <param name="Lap">0 in the first round.</param>
/// <param name="EventTime">Exchange time of the newest trade played.</param>
public sealed record ReplayProgress(string State, long Position, int Length, long Lap, DateTimeOffset? EventTime);
