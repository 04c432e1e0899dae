using System.Globalization;

namespace CryptoAspire.Benchmarks.Gold;

/// <summary>
/// An hour of trades of 50 symbols at 4 venues, with its candles, latest prices and progress, as the writer would have left them; made by
/// PostgreSQL itself, since millions of rows would take the writer longer than what is to be measured.
/// </summary>
internal static class SilverHour
{
    private const int Symbols = 50;
    private const int Feeds = 4 * Symbols;

    // A trade's price follows from its number at its venue, so that a minute's first and last price follow from its first and last id.
    private const string PriceOf = "1000 + 10 * {0} + 0.001 * (hashint8({1}) & 1023)";

    private const string Columns =
        "timestamp, event_time, processed_at, received_at, trade_id, kafka_offset, iteration, kafka_partition, symbol, base, currency, source, side, price, size";

    public static async Task FillAsync(GoldStack stack, DateTimeOffset from, long rows)
    {
        // 1. Silver: each day's partition by a session of its own.
        var midnight = from.UtcDateTime.Date.AddDays(1);
        var before = (rows * (long)(midnight - from.UtcDateTime).TotalMinutes + 59) / 60;
        foreach (var day in new[] { midnight.AddDays(-1), midnight })
            await CreateAsync(stack, day);
        await Task.WhenAll(InsertAsync(stack, from, midnight.AddDays(-1), rows, 0, before), InsertAsync(stack, from, midnight, rows, before, rows));

        // 2. What the writer keeps beside it.
        await stack.ExecuteAsync("analyze crypto_prices_realtime");
        await stack.ExecuteAsync(Candles);
        await stack.ExecuteAsync(string.Create(CultureInfo.InvariantCulture,
            $"""
            insert into latest_price (symbol, source, price, event_time, trade_id, last_price, processed_at)
            select symbol, venue, close, close_time, close_trade_id, close, close_time + interval '40 ms'
            from (select distinct on (symbol, venue) * from candle where interval = '1m' and venue <> '*' order by symbol, venue, start desc) c;
            insert into feed_progress (source, symbol, first_trade_id, last_trade_id, missing, revision, updated_at)
            select source, symbol, 1, trade_id, '{"{}"}', 1, processed_at from latest_price
            """));
    }

    private static Task CreateAsync(GoldStack stack, DateTime day) => stack.ExecuteAsync(string.Create(CultureInfo.InvariantCulture,
        $"""
        create table {Partition(day)} (like crypto_prices_realtime including defaults including storage);
        alter table crypto_prices_realtime attach partition {Partition(day)} for values from ('{day:yyyy-MM-dd} 00:00Z') to ('{day.AddDays(1):yyyy-MM-dd} 00:00Z');
        grant select on {Partition(day)} to crypto_reader;
        insert into silver_partition (day, name) values ('{day:yyyy-MM-dd}', '{Partition(day)}')
        """));

    private static string Partition(DateTime day) => string.Create(CultureInfo.InvariantCulture, $"silver_{day:yyyyMMdd}");

    private static Task InsertAsync(GoldStack stack, DateTimeOffset from, DateTime day, long rows, long first, long end) => stack.ExecuteAsync(string.Create(CultureInfo.InvariantCulture,
        $"""
        insert into {Partition(day)} ({Columns})
        select ({from.ToUnixTimeMilliseconds()} + i * 3600000 / {rows}), t.at, t.at + interval '40 ms', t.at + interval '5 ms', t.id, i, i, t.symbol % 12,
               s.names[1 + t.symbol] || '-USD', s.names[1 + t.symbol], 'USD', s.sources[1 + t.feed / {Symbols}], case when t.id % 2 = 0 then 'buy' else 'sell' end,
               {string.Format(CultureInfo.InvariantCulture, PriceOf, "t.symbol", "t.id")}, 0.00001 * (1 + (hashint8(i) & 65535))
        from (select (select array_agg('C' || to_char(n, 'FM00') order by n) from generate_series(1, {Symbols}) n) as names, array['binance', 'coinbase', 'gemini', 'kraken'] as sources) s,
             generate_series({first}::bigint, {end - 1}) i
             cross join lateral (select (i % {Feeds})::int as feed, (i % {Symbols})::int as symbol, i / {Feeds} + 1 as id,
                                        timestamptz '{from:u}' + (i * 3600000000 / {rows}) * interval '1 microsecond' as at) t
        """));

    private static readonly string Candles =
        $"""
        insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                            open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
        with minute as (
            select symbol, source, date_bin('1 minute', event_time, timestamptz 'epoch') as start, min(trade_id) as first, max(trade_id) as last, min(event_time) as opened, max(event_time) as closed,
                   max(price) as high, min(price) as low, sum(size) as volume, sum(price * size) as notional, coalesce(sum(size) filter (where side = 'buy'), 0) as bought, count(*) as n,
                   sum(price) as prices, sum(price * price) as squares
            from crypto_prices_realtime
            group by 1, 2, 3
        )
        select m.symbol, v.venue, i.name, date_bin(i.name::interval, m.start, timestamptz 'epoch'),
               (array_agg({string.Format(CultureInfo.InvariantCulture, PriceOf, "m.number", "m.first")} order by m.opened, m.source collate "C"))[1], max(m.high), min(m.low),
               (array_agg({string.Format(CultureInfo.InvariantCulture, PriceOf, "m.number", "m.last")} order by m.closed desc, m.source collate "C" desc))[1],
               sum(m.volume), sum(m.notional), sum(m.bought), sum(m.n), sum(m.prices), sum(m.squares),
               min(m.opened), min(m.source), min(m.first), max(m.closed), max(m.source), max(m.last), 1, 'final', max(m.closed)
        from (select *, substring(symbol from 2 for 2)::int - 1 as number from minute) m
        cross join (values ('1m'), ('5m'), ('15m'), ('1h'), ('4h'), ('1d')) i (name)
        cross join lateral (values (m.source), ('*')) v (venue)
        group by 1, 2, 3, 4
        """;
}
