using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>SQL that keeps <c>latest_price</c>.</summary>
internal static class LatestPriceStatement
{
    /// <summary>What a batch says of one feed: its newest event, its last row, and the last quotes that came with either.</summary>
    public struct Row
    {
        public BronzeRecord Newest;
        public decimal LastPrice;
        public long ProcessedUs;
        public decimal? Bid;
        public decimal? Ask;
        public decimal? Volume24h;

        public void Add(in BronzeRecord record, long processedUs, bool first)
        {
            if (first || record.EventTimeUs >= Newest.EventTimeUs)
                Newest = record;
            LastPrice = record.Price;
            ProcessedUs = processedUs;
            Bid = record.Bid ?? Bid;
            Ask = record.Ask ?? Ask;
            Volume24h = record.Volume24h ?? Volume24h;
        }
    }

    /// <summary>How far the sources of the symbols had come.</summary>
    public static async Task<List<SourceMark>> LoadMarksAsync(NpgsqlDataSource database, IReadOnlyCollection<string> symbols, CancellationToken cancel)
    {
        await using var command = database.CreateCommand("select symbol, source, event_time, processed_at from latest_price where symbol = any ($1)");
        command.Parameters.Add(new NpgsqlParameter<string[]> { TypedValue = [.. symbols] });
        await using var reader = await command.ExecuteReaderAsync(cancel);
        var marks = new List<SourceMark>();
        while (await reader.ReadAsync(cancel))
        {
            marks.Add(new SourceMark(
                reader.GetString(0), reader.GetString(1), UnixMicroseconds.Of(reader.GetFieldValue<DateTimeOffset>(2)), UnixMicroseconds.Of(reader.GetFieldValue<DateTimeOffset>(3))));
        }

        return marks;
    }

    /// <summary>The upsert of every feed that spoke.</summary>
    public static NpgsqlBatchCommand Upsert(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into latest_price as l (symbol, source, price, event_time, trade_id, bid, ask, volume_24h, last_price, processed_at)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
            on conflict (symbol, source) do update
            set price        = case when excluded.event_time >= l.event_time then excluded.price else l.price end,
                trade_id     = case when excluded.event_time >= l.event_time then excluded.trade_id else l.trade_id end,
                event_time   = greatest(l.event_time, excluded.event_time),
                bid          = coalesce(excluded.bid, l.bid),
                ask          = coalesce(excluded.ask, l.ask),
                volume_24h   = coalesce(excluded.volume_24h, l.volume_24h),
                last_price   = excluded.last_price,
                processed_at = excluded.processed_at
            """);
        var (symbols, sources) = (columns.Add<string>(command), columns.Add<string>(command));
        var newest = (Price: columns.Add<decimal>(command), Time: columns.Add<DateTimeOffset>(command), Id: columns.Add<long?>(command));
        var quotes = (Bid: columns.Add<decimal?>(command), Ask: columns.Add<decimal?>(command), Volume24h: columns.Add<decimal?>(command));
        var last = (Price: columns.Add<decimal>(command), Time: columns.Add<DateTimeOffset>(command));
        foreach (var (key, row) in states.SelectMany(static state => state.Latest).OrderBy(static feed => feed.Key, FeedKey.Order))
        {
            symbols.Add(key.Symbol);
            sources.Add(key.Source);
            newest.Price.Add(row.Newest.Price);
            newest.Time.Add(UnixMicroseconds.ToTime(row.Newest.EventTimeUs));
            newest.Id.Add(row.Newest.Kind == BronzeKind.Trade ? row.Newest.TradeId : null);
            quotes.Bid.Add(row.Bid);
            quotes.Ask.Add(row.Ask);
            quotes.Volume24h.Add(row.Volume24h);
            last.Price.Add(row.LastPrice);
            last.Time.Add(UnixMicroseconds.ToTime(row.ProcessedUs));
        }

        return command;
    }
}
