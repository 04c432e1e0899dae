namespace CryptoAspire.Dashboard.Live;

/// <summary>Payload of <c>symbol:X</c>: the row, and the trades since the last update (in a snapshot: the recent ones), oldest first.</summary>
/// <param name="Row">Null while no price is known.</param>
/// <param name="Trades">At most <see cref="SymbolState.RecentTrades"/>.</param>
/// <param name="Skipped">Trades of the same moment that are left out because there were more.</param>
public sealed record SymbolUpdate(SymbolRow? Row, IReadOnlyList<TradeLine> Trades, int Skipped);
