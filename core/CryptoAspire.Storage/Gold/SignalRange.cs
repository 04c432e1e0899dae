using CryptoAspire.Market.Signals;

namespace CryptoAspire.Storage.Gold;

/// <summary>From where on the signals of a symbol and interval are computed anew, and the state of the bar before; null at the first bar.</summary>
internal readonly record struct SignalRange(string Symbol, string Interval, DateTimeOffset From, SignalState? State);
