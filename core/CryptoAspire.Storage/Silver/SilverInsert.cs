using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// Rows of <c>crypto_prices_realtime</c> as one prepared statement: for the few rows of a low rate, where COPY costs more by its three
/// round trips than by its rows.
/// </summary>
internal static class SilverInsert
{
    /// <summary>The accepted records of the batches.</summary>
    /// <exception cref="PostgresException">At its execution, 23514: a day has no partition.</exception>
    public static NpgsqlBatchCommand Rows(ColumnPool columns, IReadOnlyList<SilverState> states)
    {
        var command = new NpgsqlBatchCommand(
            """
            insert into crypto_prices_realtime
                  (timestamp, event_time, processed_at, received_at, trade_id, kafka_offset, iteration, kafka_partition,
                   symbol, base, currency, source, side, price, size, volume_24h, bid, ask)
            select * from unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18)
            """);
        var times = (Timestamp: columns.Add<long>(command), Event: columns.Add<DateTimeOffset>(command), Processed: columns.Add<DateTimeOffset>(command), Received: columns.Add<DateTimeOffset?>(command));
        var (ids, offsets, iterations, partitions) = (columns.Add<long?>(command), columns.Add<long>(command), columns.Add<long>(command), columns.Add<int>(command));
        var (symbols, bases, currencies, sources) = (columns.Add<string>(command), columns.Add<string>(command), columns.Add<string>(command), columns.Add<string>(command));
        var (sides, prices, sizes) = (columns.Add<string?>(command), columns.Add<decimal>(command), columns.Add<decimal?>(command));
        var (volumes, bids, asks) = (columns.Add<decimal?>(command), columns.Add<decimal?>(command), columns.Add<decimal?>(command));
        foreach (var state in states)
        {
            foreach (var (place, processedUs) in state.Accepted)
            {
                var row = state.Batch.Records[place];
                var record = row.Record;
                var isTrade = record.Kind == BronzeKind.Trade;
                times.Timestamp.Add(record.Timestamp);
                times.Event.Add(UnixMicroseconds.ToTime(record.EventTimeUs));
                times.Processed.Add(UnixMicroseconds.ToTime(processedUs));
                times.Received.Add(record.ReceivedUs != 0 ? UnixMicroseconds.ToTime(record.ReceivedUs) : null);
                ids.Add(isTrade ? record.TradeId : null);
                offsets.Add(row.Offset);
                iterations.Add(record.Iteration);
                partitions.Add(state.Batch.Partition);
                symbols.Add(record.Symbol.Name);
                bases.Add(record.Symbol.Base);
                currencies.Add(record.Symbol.Quote);
                sources.Add(record.Source);
                sides.Add(!isTrade ? null : record.Side == Side.Buy ? "buy" : "sell");
                prices.Add(record.Price);
                sizes.Add(isTrade ? record.Size : null);
                volumes.Add(record.Volume24h);
                bids.Add(record.Bid);
                asks.Add(record.Ask);
            }
        }

        return command;
    }
}
