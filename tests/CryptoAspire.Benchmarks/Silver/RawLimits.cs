using System.Diagnostics;
using CryptoAspire.Benchmarks.Kafka;
using CryptoAspire.Testing;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>What the parts below us can do on this machine with the same rows: reading the topic, and COPY of Silver's rows.</summary>
internal static class RawLimits
{
    private const string Columns = "timestamp, event_time, processed_at, received_at, trade_id, kafka_offset, iteration, kafka_partition, symbol, base, currency, source, side, price, size, volume_24h, bid, ask";

    /// <summary>Ticks a second that librdkafka hands over, with the processor's settings, when nobody does anything with them.</summary>
    public static double Consume(SilverStack stack, long ticks)
    {
        var settings = new Dictionary<string, string>
        {
            ["bootstrap.servers"] = stack.Kafka.BootstrapServers,
            ["group.id"] = "raw",
            ["enable.auto.commit"] = "false",
            ["queued.max.messages.kbytes"] = "16384",
            ["isolation.level"] = "read_committed",
        };
        var clock = Stopwatch.StartNew();
        RdKafka.Consume(settings, SilverStack.Topic, SilverStack.Partitions, ticks);
        return ticks / clock.Elapsed.TotalSeconds;
    }

    /// <summary>Rows a second by one binary COPY in one transaction into a table like Silver, from a file: by Npgsql and by psql.</summary>
    public static async Task<(double Npgsql, double Psql)> CopyAsync(SilverStack stack)
    {
        using var directory = new TemporaryDirectory("copy");
        var file = directory["rows"];
        await using (var connection = await stack.Database.OpenConnectionAsync())
        {
            await using var rows = await connection.BeginRawBinaryCopyAsync($"copy (select {Columns} from crypto_prices_realtime) to stdout (format binary)");
            await using var target = File.Create(file);
            await rows.CopyToAsync(target);
        }

        var count = await stack.ScalarAsync<long>("select count(*) from crypto_prices_realtime");
        await PrepareAsync(stack);
        var clock = Stopwatch.StartNew();
        await using (var connection = await stack.Database.OpenConnectionAsync())
        {
            await using var rows = await connection.BeginRawBinaryCopyAsync($"copy raw_copy ({Columns}) from stdin (format binary)");
            await using var source = File.OpenRead(file);
            await source.CopyToAsync(rows, 1 << 20);
        }

        var npgsql = count / clock.Elapsed.TotalSeconds;
        await PrepareAsync(stack);
        clock.Restart();
        var (exitCode, output) = await ChildProcess.RunAsync(
            "psql",
            ["-h", "127.0.0.1", "-p", $"{stack.Postgres.Port}", "-U", "postgres", "-d", new Npgsql.NpgsqlConnectionStringBuilder(stack.Database.ConnectionString).Database!, "-c", $"\\copy raw_copy ({Columns}) from '{file}' with (format binary)"],
            TimeSpan.FromMinutes(10));
        if (exitCode != 0)
            throw new InvalidOperationException($"psql ended with {exitCode}: {output}");
        var psql = count / clock.Elapsed.TotalSeconds;
        await stack.ExecuteAsync("drop table raw_copy");
        return (npgsql, psql);
    }

    // Same columns, same indexes, one partition. Truncated in a transaction of its own: in COPY's own, wal_level = minimal would skip the log.
    private static async Task PrepareAsync(SilverStack stack)
    {
        await stack.ExecuteAsync(
            """
            drop table if exists raw_copy;
            create table raw_copy (like crypto_prices_realtime including defaults including storage including indexes) partition by range (event_time);
            create table raw_copy_all partition of raw_copy default;
            """);
        await stack.ExecuteAsync("checkpoint");
    }
}
