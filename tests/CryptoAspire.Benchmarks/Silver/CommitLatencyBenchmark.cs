using System.Collections.Concurrent;
using System.Diagnostics;
using Confluent.Kafka;
using CryptoAspire.Benchmarks.Kafka;
using CryptoAspire.Market.Bronze;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>
/// From the moment that a tick is due at the producer to the moment that another session sees it committed. Counting from the due time
/// corrects for coordinated omission and includes producing and the broker's append; the other session looks once a millisecond.
/// </summary>
internal static class CommitLatencyBenchmark
{
    public static async Task RunAsync(Report report, SilverStack stack, int rate, TimeSpan warmUp, TimeSpan duration, (double P50, double P99)? goal)
    {
        var tape = new TradeTape(5, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000, rate);
        var homes = await HomesAsync(stack, tape);
        while (await stack.ScalarAsync<long>("select sum(next_offset)::bigint from stream_offset") < Ends(stack))
            await Task.Delay(10);
        var starts = await stack.OffsetsAsync();
        var due = homes.Values.Distinct().ToDictionary(static partition => partition, static _ => new ConcurrentQueue<long>());
        var skip = (int)(rate * warmUp.TotalSeconds);
        var count = skip + (int)(rate * duration.TotalSeconds);
        var latencies = new Latencies(count);
        var cpu = ProcessUsage.Of(stack.Processor.Id).CpuSeconds;
        var postgres = ProcessUsage.Of(stack.Postgres.ProcessId).CpuSeconds;
        var watching = Task.Factory.StartNew(() => Watch(stack, starts, due, skip, count, latencies), TaskCreationOptions.LongRunning);
        var clock = Stopwatch.StartNew();
        Produce(stack, tape, homes, due, rate, count);
        await watching;

        var (p50, p99, _, max) = latencies.Milliseconds();
        const string section = "Latency: due at the producer to seen committed";
        var what = $"{rate:N0} ticks/s";
        report.Add(new(section, what, "p50", p50, "ms", Goal: goal?.P50, GoalIsCeiling: true));
        report.Add(new(section, what, "p99", p99, "ms", Goal: goal?.P99, GoalIsCeiling: true));
        report.Add(new(section, what, "max", max, "ms"));
        report.Add(new(section, what, "CPU, processor", 100 * (ProcessUsage.Of(stack.Processor.Id).CpuSeconds - cpu) / clock.Elapsed.TotalSeconds, "% of a core"));
        report.Add(new(section, what, "CPU, PostgreSQL", 100 * (ProcessUsage.Of(stack.Postgres.ProcessId).CpuSeconds - postgres) / clock.Elapsed.TotalSeconds, "% of a core"));
    }

    /// <summary>The partition of each symbol, told by the broker's answer to a record that goes to quarantine.</summary>
    private static async Task<Dictionary<string, int>> HomesAsync(SilverStack stack, TradeTape tape)
    {
        using var producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = stack.Kafka.BootstrapServers }).Build();
        var homes = new Dictionary<string, int>();
        foreach (var symbol in tape.Symbols)
            homes[symbol.Name] = (await producer.ProduceAsync(SilverStack.Topic, new Message<string, byte[]> { Key = symbol.Name, Value = "{}"u8.ToArray() })).Partition;
        return homes;
    }

    private static void Produce(SilverStack stack, TradeTape tape, Dictionary<string, int> homes, Dictionary<int, ConcurrentQueue<long>> due, int rate, int count)
    {
        var start = Stopwatch.GetTimestamp() + Stopwatch.Frequency / 10;
        for (var i = 0; i < count; i++)
        {
            var at = start + i * Stopwatch.Frequency / rate;
            while (at - Stopwatch.GetTimestamp() > Stopwatch.Frequency / 2000)
                Thread.Sleep(1);
            var trade = tape.Next();
            due[homes[trade.Symbol.Name]].Enqueue(at);
            stack.Producer.Produce(new TopicPartition(SilverStack.Topic, homes[trade.Symbol.Name]), new Message<string, byte[]> { Key = trade.Symbol.Name, Value = BronzeWriter.ToUtf8(trade) });
        }
    }

    private static void Watch(SilverStack stack, Dictionary<int, long> seen, Dictionary<int, ConcurrentQueue<long>> due, int skip, int count, Latencies latencies)
    {
        using var connection = stack.Database.OpenConnection();
        using var look = new Npgsql.NpgsqlCommand("select partition, next_offset from stream_offset", connection);
        look.Prepare();
        var limit = Stopwatch.StartNew();
        for (var total = 0; total < count;)
        {
            Thread.Sleep(1);
            using var reader = look.ExecuteReader();
            var now = Stopwatch.GetTimestamp();
            while (reader.Read())
            {
                var (partition, next) = (reader.GetInt32(0), reader.GetInt64(1));
                for (; seen.GetValueOrDefault(partition) < next && due.TryGetValue(partition, out var waiting) && waiting.TryDequeue(out var at); seen[partition]++)
                {
                    if (++total > skip)
                        latencies.Add(now - at);
                }
            }

            if (limit.Elapsed.TotalMinutes > 5)
                throw new TimeoutException($"{total:N0} of {count:N0} ticks were seen committed.\n{stack.Processor.Output.Tail()}");
        }
    }

    private static long Ends(SilverStack stack)
    {
        using var consumer = new ConsumerBuilder<Ignore, Ignore>(new ConsumerConfig { BootstrapServers = stack.Kafka.BootstrapServers, GroupId = "ends" }).Build();
        return Enumerable.Range(0, SilverStack.Partitions).Sum(partition => consumer.QueryWatermarkOffsets(new TopicPartition(SilverStack.Topic, partition), TimeSpan.FromSeconds(10)).High.Value);
    }
}
