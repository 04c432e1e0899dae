using CryptoAspire.Market.Signals;

namespace CryptoAspire.Storage.Gold;

/// <summary>A row of <c>signal</c> to be written.</summary>
internal readonly record struct SignalRow(string Symbol, string Interval, DateTimeOffset Start, decimal Close, long CandleRevision, SignalValues Values);
