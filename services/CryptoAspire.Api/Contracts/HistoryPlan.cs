namespace CryptoAspire.Api.Contracts;

/// <summary>What a request for history would be about.</summary>
/// <param name="Venue">The source.</param>
/// <param name="Symbol">Canonical.</param>
/// <param name="What">candles or trades.</param>
/// <param name="From">Start.</param>
/// <param name="To">End, exclusive; not later than now.</param>
/// <param name="Minutes">Of the range.</param>
/// <param name="Live">Minutes that have a live candle.</param>
/// <param name="History">Minutes that have a candle of history, of any origin.</param>
/// <param name="Missing">Minutes that have neither; those in which nothing was traded among them.</param>
public sealed record HistoryPlan(string Venue, string Symbol, string What, DateTimeOffset From, DateTimeOffset To, long Minutes, long Live, long History, long Missing);
