namespace CryptoAspire.Storage.History;

/// <summary>What the statements that write <c>history_candle</c> have in common.</summary>
internal static class HistoryStatements
{
    /// <summary>What is told otherwise now replaces what was told before; what is told again changes nothing. The table's alias is <c>c</c>.</summary>
    public const string OnConflict =
        """
        on conflict (series_id, start) do update
        set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
            notional = excluded.notional, buy_volume = excluded.buy_volume, trade_count = excluded.trade_count, import_id = excluded.import_id
        where (c.open, c.high, c.low, c.close, c.volume, c.notional, c.buy_volume, c.trade_count)
              is distinct from
              (excluded.open, excluded.high, excluded.low, excluded.close, excluded.volume, excluded.notional, excluded.buy_volume, excluded.trade_count)
        """;
}
