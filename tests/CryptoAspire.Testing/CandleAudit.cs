namespace CryptoAspire.Testing;

/// <summary>Silver's invariants, computed independently of the writer, in plain SQL: queries that find nothing when all is well.</summary>
public static class CandleAudit
{
    /// <summary>Invariant I3 of each partition: offsets consumed = rows + duplicates + quarantined; the partitions where it is not so.</summary>
    public const string LedgerErrors =
        """
        select topic, partition, next_offset, consumed, rows, duplicates, quarantined, skipped, rewound
        from stream_offset
        where consumed <> rows + duplicates + quarantined or next_offset <> consumed + skipped - rewound
        """;

    /// <summary>Invariant I2: candles that differ from the fold, or exist on one side only.</summary>
    public const string Differences =
        """
        with trade as (
            select symbol, v.venue, i.interval, to_timestamp(floor(extract(epoch from event_time) / i.seconds) * i.seconds) as start,
                   price, size, side, row_number() over w as first, row_number() over l as last
            from crypto_prices_realtime
            cross join (values ('1m', 60), ('5m', 300), ('15m', 900), ('1h', 3600), ('4h', 14400), ('1d', 86400)) i (interval, seconds)
            cross join lateral (values (source), ('*')) v (venue)
            where trade_id is not null
            window w as (partition by symbol, v.venue, i.interval, floor(extract(epoch from event_time) / i.seconds)
                         order by event_time, source collate "C", trade_id),
                   l as (partition by symbol, v.venue, i.interval, floor(extract(epoch from event_time) / i.seconds)
                         order by event_time desc, source collate "C" desc, trade_id desc)
        ), fold as (
            select symbol, venue, interval, start,
                   max(price) filter (where first = 1) as open, max(price) as high, min(price) as low, max(price) filter (where last = 1) as close,
                   sum(size) as volume, sum(price * size) as notional, coalesce(sum(size) filter (where side = 'buy'), 0) as buy_volume,
                   count(*) as trade_count, sum(price) as price_sum, sum(price * price) as price_square_sum
            from trade
            group by symbol, venue, interval, start
        ), kept as (
            select symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum from candle
        )
        (select * from fold except select * from kept)
        union all
        (select * from kept except select * from fold)
        """;
}
