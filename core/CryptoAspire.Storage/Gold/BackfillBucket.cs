namespace CryptoAspire.Storage.Gold;

/// <summary>A bucket that a backfill would do again.</summary>
/// <param name="Symbol">Its symbol.</param>
/// <param name="Grain">10min, hourly or daily; for signals the candles' interval.</param>
/// <param name="Start">Its start.</param>
/// <param name="Trades">The trades that it is made of.</param>
/// <param name="RolledAt">When it was last computed; null when it is missing.</param>
public sealed record BackfillBucket(string Symbol, string Grain, DateTimeOffset Start, long Trades, DateTimeOffset? RolledAt);
