using System.Globalization;
using CryptoAspire.Market;

namespace CryptoAspire.Storage.Quality;

/// <summary>
/// SQL of expectations: $1 and $2 are the window's ends. What the YAML file brings as SQL stands in parentheses; it is run in a transaction
/// that can only read.
/// </summary>
internal static class QualityStatements
{
    public const int Samples = 5;

    // Fewer values have no usual.
    private const int FewestValues = 30;

    /// <summary>The condition of a failing row, for expectations that look at each row by itself; null for the others.</summary>
    public static string? BadRow(Expectation expectation)
    {
        var rule = expectation.Rule;
        var column = rule.Columns.Count > 0 ? rule.Columns[0] : null;
        return expectation.Kind switch
        {
            ExpectationKind.Completeness when column is not null => string.Join(" or ", rule.Columns.Select(static name => $"{name} is null")),
            ExpectationKind.Consistency when rule.Holds is { } holds => $"({holds}) is false",
            ExpectationKind.Validity when rule.Min is not null || rule.Max is not null => string.Join(
                " or ",
                new[] { rule.Min is { } min ? $"{column} < {Number(min)}" : null, rule.Max is { } max ? $"{column} > {Number(max)}" : null }.OfType<string>()),
            ExpectationKind.Validity when rule.In.Count > 0 => $"{column}::text not in ({string.Join(", ", rule.In.Select(Literal))})",
            ExpectationKind.Validity when rule.Regex is { } regex => $"{column}::text !~ {Literal(regex)}",
            ExpectationKind.Validity when rule.References?.Split('.') is [var table, var key] => $"not ({column} = any (array(select {key} from {table})))",
            _ => null,
        };
    }

    /// <summary>One pass over a dataset for many expectations: symbol, venue, then checked and failed of each.</summary>
    public static string Scan(QualityDataset dataset, IEnumerable<Expectation> expectations) =>
        $"""
        select symbol, venue, {string.Join(", ", expectations.Select(static e =>
            $"count(*){(e.Rule.Where is { } where ? $" filter (where {where})" : "")}, {(IsOfGroup(e) ? $"case when {BadRow(e)} then count(*) else 0 end" : $"count(*) filter (where {Conditions(e)})")}"))}
        from {dataset.Rows} t
        group by symbol, venue
        """;

    /// <summary>Failing rows of one expectation, up to <see cref="Samples"/> a symbol and venue.</summary>
    public static string ScanSamples(QualityDataset dataset, Expectation expectation) =>
        $"""
        select symbol, venue, jsonb_agg(k)
        from (
            select symbol, venue, {Keys(dataset, expectation)} as k, row_number() over (partition by symbol, venue) as n
            from {dataset.Rows} t
            where {Conditions(expectation)}
        ) s
        where n <= {Samples}
        group by symbol, venue
        """;

    /// <summary>An expectation that does not look at rows one by one: symbol, venue, checked, failed, samples, score (null: from the counts).</summary>
    public static string Of(Expectation expectation)
    {
        var rule = expectation.Rule;
        var dataset = QualityDataset.Of(rule);
        return expectation.Kind switch
        {
            ExpectationKind.Completeness => Buckets(dataset, rule),
            ExpectationKind.Uniqueness => Unique(dataset, expectation),
            ExpectationKind.Consistency => Fold(dataset, rule),
            ExpectationKind.Freshness => Fresh(dataset, rule),
            ExpectationKind.Continuity => Continuous,
            ExpectationKind.Agreement => Agreeing(dataset, rule),
            ExpectationKind.Anomaly => Usual(dataset, rule),
            _ =>
                $"""
                select symbol::text, venue::text, count(*), count(*) filter (where ok is not true),
                       {First("to_jsonb(q) - 'symbol' - 'venue' - 'ok'", "ok is not true")}, null::numeric
                from ({rule.Query}
                ) q
                group by 1, 2
                """,
        };
    }

    private static string Buckets(QualityDataset dataset, ExpectationRule rule)
    {
        var width = dataset.Grain?.Width ?? $"{Intervals.Parse(rule.Interval).Length().TotalSeconds} seconds";
        return $"""
            with t as materialized (select * from {dataset.Rows} t{WhereOf(rule)}),
            span as (select symbol, venue, min(start) as first, max(start) as last, count(*) as present from t group by 1, 2)
            select symbol, venue, (extract(epoch from last - first) / extract(epoch from interval '{width}'))::bigint + 1,
                   (extract(epoch from last - first) / extract(epoch from interval '{width}'))::bigint + 1 - present,
                   coalesce((select jsonb_agg(jsonb_build_object('start', m.start))
                             from (select b.start from generate_series(first, last, interval '{width}') b (start)
                                   where not exists (select from t where t.symbol = span.symbol and t.venue = span.venue and t.start = b.start)
                                   limit {Samples}) m), '[]'),
                   null::numeric
            from span
            """;
    }

    // Rows are told apart by a hash of eight bytes first: millions of keys of several texts each would not fit into memory, and hardly any hash is
    // there twice. Only rows that share theirs are looked at again.
    private static string Unique(QualityDataset dataset, Expectation expectation)
    {
        var columns = string.Join(", ", expectation.Rule.Columns);
        var hash = $"hash_record_extended((symbol, venue, {columns}), 0)";
        return $"""
            with suspect as materialized (
                select {hash} as h from {dataset.Rows} t{WhereOf(expectation.Rule)} group by 1 having count(*) > 1
            ), twice as materialized (
                select symbol, venue, count(*) as n, {Build(expectation.Rule.Columns)} as k
                from {dataset.Rows} t
                where exists (select from suspect) and {hash} in (select h from suspect){(expectation.Rule.Where is { } where ? $" and ({where})" : "")}
                group by symbol, venue, {columns}
                having count(*) > 1
            ), total as materialized (
                select symbol, venue, count(*) as n from {dataset.Rows} t{WhereOf(expectation.Rule)} group by 1, 2
            )
            select t.symbol, t.venue, t.n, coalesce(f.n, 0)::bigint, coalesce(f.samples, '[]'), null::numeric
            from total t
            left join (select symbol, venue, sum(n - 1) as n, {First("k", "true")} as samples from twice group by 1, 2) f using (symbol, venue)
            """;
    }

    // A bucket that is not marked dirty is what Silver's trades of the same snapshot come to: both are changed in one transaction. Its open and
    // close are looked up by their times: to sort every bucket's trades for two of them would cost more than all the rest.
    private static string Fold(QualityDataset dataset, ExpectationRule rule)
    {
        var (grain, width) = dataset.Grain!.Value;
        var trades = $"trade_id is not null and event_time >= (select min(start) from g) and event_time < (select max(start) + interval '{width}' from g)";
        return $"""
            with g as materialized (
                select * from {dataset.Rows} t
                where exists (select from silver_partition p where p.day = (t.start at time zone 'utc')::date)
                  and not exists (select from dirty_bucket d where d.symbol = t.symbol and ((d.grain = '{grain}' and d.start = t.start)
                                  or (d.grain = '10min' and '{grain}' = 'daily' and d.start >= t.start and d.start < t.start + interval '{width}')))
                  {(rule.Where is { } where ? $"and ({where})" : "")}
            ), s as materialized (
                select symbol, date_bin('{width}', event_time, timestamptz '1970-01-01 00:00:00+00') as start,
                       count(*) as n, sum(size) as volume, min(price) as low, max(price) as high, sum(price * size) as notional, min(event_time) as first, max(event_time) as last
                from crypto_prices_realtime
                where {trades}
                group by 1, 2
            ), b as materialized (
                select symbol, first as at from s union select symbol, last from s
            ), r as materialized (
                select symbol, event_time, source, trade_id, price from crypto_prices_realtime
                where {trades} and ((symbol, event_time) in (select symbol, at from b)) is true -- "is true" keeps it a probe of b's hash: as a join, the hash could be Silver's
            ), e as (
                select s.symbol, s.start, (array_agg(r.price order by r.source collate "C", r.trade_id) filter (where r.event_time = s.first))[1] as open,
                       (array_agg(r.price order by r.source collate "C" desc, r.trade_id desc) filter (where r.event_time = s.last))[1] as close
                from s
                join r on r.symbol = s.symbol and r.event_time >= s.first and r.event_time <= s.last
                group by 1, 2
            )
            select g.symbol, '*', count(*), count(*) filter (where d.differs), {First(
                "jsonb_build_object('start', g.start, 'record_count', g.record_count, 'silver_count', s.n, 'total_volume', g.total_volume, 'silver_volume', s.volume, "
                + "'open', g.open, 'silver_open', e.open, 'close', g.close, 'silver_close', e.close)", "d.differs")}, null::numeric
            from g
            left join s using (symbol, start)
            left join e using (symbol, start)
            cross join lateral (select (s.n, s.volume, s.low, s.high, round(s.notional / nullif(s.volume, 0), 12), e.open, e.close)
                                       is distinct from (g.record_count, g.total_volume, g.min_price, g.max_price, g.vwap, g.open, g.close) as differs) d
            group by g.symbol
            """;
    }

    private static string Fresh(QualityDataset dataset, ExpectationRule rule)
    {
        var limit = Number((decimal)rule.Within!.Value.TotalSeconds);
        return $"""
            select symbol, venue, 1::bigint, case when age > {limit} then 1 else 0 end::bigint,
                   case when age > {limit} then jsonb_build_array(jsonb_build_object('newest', newest, 'age_seconds', round(age, 1))) else '[]' end,
                   round(greatest(0, least(100, 100 * (10 * {limit} - age) / (9 * {limit}))), 2)
            from (
                select symbol, venue, max({rule.Columns[0]}) as newest, extract(epoch from $2 - max({rule.Columns[0]})) as age
                from {dataset.Rows} t{WhereOf(rule)}
                group by symbol, venue
            ) n
            """;
    }

    // Feeds that were quiet for a day, $1 being as good as any, are looked at too: a hole stays a hole.
    private const string Continuous =
        """
        select p.symbol, p.source, p.last_trade_id - p.first_trade_id + 1, coalesce(h.ids, 0)::bigint, coalesce(h.samples, '[]'), null::numeric
        from feed_progress p
        left join lateral (
            select sum(m.ids) as ids, jsonb_path_query_array(jsonb_agg(jsonb_build_object('gap', g.id, 'first_trade_id', g.first_trade_id, 'last_trade_id', g.last_trade_id,
                   'opened_at', g.opened_at) order by g.id) filter (where m.ids > 0), '$[0 to 4]') as samples
            from gap g
            cross join lateral (select sum(upper(r) - lower(r)) as ids from unnest(p.missing * int8multirange(int8range(g.first_trade_id, g.last_trade_id, '[]'))) r) m
            where g.source = p.source and g.symbol = p.symbol and g.closed_at is null
        ) h on true
        where $1::timestamptz <= $2::timestamptz
        """;

    // Simulated, replayed and live markets are each compared among themselves.
    private static string Agreeing(QualityDataset dataset, ExpectationRule rule) =>
        $"""
        with t as materialized (
            select symbol, venue, start, close, substring(venue from '-(sim|replay)$') as world from {dataset.Rows} t where venue <> '*'{(rule.Where is { } where ? $" and ({where})" : "")}
        ), m as (
            select symbol, world, start, percentile_cont(0.5) within group (order by close)::numeric as median from t group by 1, 2, 3 having count(*) > 1
        )
        select t.symbol, t.venue, count(*), count(*) filter (where b.bps > {Number(rule.MaxBps!.Value)}), {First(
            "jsonb_build_object('start', t.start, 'close', t.close, 'median', m.median, 'bps', round(b.bps, 2))", $"b.bps > {Number(rule.MaxBps!.Value)}")}, null::numeric
        from t
        join m on m.symbol = t.symbol and m.start = t.start and m.world is not distinct from t.world
        cross join lateral (select 10000 * abs(t.close - m.median) / m.median as bps) b
        group by 1, 2
        """;

    // 0.6745 (x - median) / MAD: Iglewicz and Hoaglin, How to Detect and Handle Outliers (1993).
    private static string Usual(QualityDataset dataset, ExpectationRule rule) =>
        $"""
        with t as materialized (select symbol, venue, start, ({rule.Of})::float8 as x from {dataset.Rows} t{WhereOf(rule)}),
        m as (select symbol, venue, percentile_cont(0.5) within group (order by x) as median from t group by 1, 2 having count(x) >= {FewestValues}),
        d as (select symbol, venue, median, percentile_cont(0.5) within group (order by abs(x - median)) as mad from t join m using (symbol, venue) group by 1, 2, 3)
        select symbol, venue, count(*), count(*) filter (where z > {Number(rule.Threshold!.Value)}), {First(
            "jsonb_build_object('start', start, 'value', x, 'median', median, 'z', round(z::numeric, 1))", $"z > {Number(rule.Threshold!.Value)}")}, null::numeric
        from t
        join d using (symbol, venue)
        cross join lateral (select 0.6745 * abs(x - median) / nullif(mad, 0) as z) z
        group by 1, 2
        """;

    // What is said of a symbol or venue is the same for all of its rows, and is asked once.
    private static bool IsOfGroup(Expectation expectation) =>
        expectation is { Kind: ExpectationKind.Validity, Rule: { Where: null, Columns: ["symbol" or "venue"] } };

    private static string Conditions(Expectation expectation) =>
        expectation.Rule.Where is { } where ? $"({where}) and ({BadRow(expectation)})" : $"({BadRow(expectation)})";

    private static string WhereOf(ExpectationRule rule) => rule.Where is { } where ? $" where ({where})" : "";

    private static string Keys(QualityDataset dataset, Expectation expectation) => Build([.. dataset.Keys.Union(expectation.Rule.Columns, StringComparer.Ordinal)]);

    private static string Build(IReadOnlyList<string> columns) => $"jsonb_build_object({string.Join(", ", columns.Select(static column => $"'{column}', {column}"))})";

    private static string First(string row, string condition) =>
        $"jsonb_path_query_array(coalesce(jsonb_agg({row}) filter (where {condition}), '[]'), '$[0 to {Samples - 1}]')";

    private static string Number(decimal value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Literal(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";
}
