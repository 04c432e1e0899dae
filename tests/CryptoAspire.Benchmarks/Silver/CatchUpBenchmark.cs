using System.Diagnostics;
using CryptoAspire.Testing;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>How fast a processor that is started works off a topic that is there: Kafka to committed Silver with all candles.</summary>
internal static class CatchUpBenchmark
{
    /// <summary>What one catch-up took.</summary>
    /// <param name="TicksPerSecond">From the first commit that was seen to the last.</param>
    /// <param name="TotalSeconds">From the start of the process to the last commit.</param>
    public readonly record struct Outcome(double TicksPerSecond, double TotalSeconds, long Ticks, ProcessUsage Processor, double PeakMegabytes, double AllocatedBytes, ProcessUsage Postgres, ProcessUsage Kafka, double WalBytes, double TableBytes);

    /// <summary>Starts the processor and measures until everything produced so far is committed; leaves it running.</summary>
    /// <param name="ticks">How many are to be committed.</param>
    public static async Task<Outcome> RunAsync(SilverStack stack, long ticks)
    {
        var before = await stack.CommittedAsync();
        var target = before + ticks;
        var (postgres, kafka) = (ProcessUsage.Of(stack.Postgres.ProcessId), ProcessUsage.Of(stack.Kafka.ProcessId));
        var wal = await WalAsync(stack);
        var tables = await TableBytesAsync(stack);
        var clock = Stopwatch.StartNew();
        var starting = stack.StartProcessorAsync();

        (long Ticks, double Seconds) first = default, last;
        ProcessUsage warm = default;
        double warmAllocated = 0;
        while (true)
        {
            last = (await stack.CommittedAsync() - before, clock.Elapsed.TotalSeconds);
            if (first.Ticks == 0 && last.Ticks > 0 && last.Ticks < ticks)
            {
                await starting;
                last = (await stack.CommittedAsync() - before, clock.Elapsed.TotalSeconds);
                (first, warm, warmAllocated) = (last, ProcessUsage.Of(stack.Processor.Id), await AllocatedAsync(stack));
            }

            if (last.Ticks >= ticks)
                break;
            if (clock.Elapsed.TotalMinutes > 10 || (starting.IsCompleted && stack.Processor.HasExited))
                throw new TimeoutException($"{last.Ticks:N0} of {ticks:N0} committed after {last.Seconds:N0} s.\n{stack.Processor.Output.Tail()}");
            await Task.Delay(20);
        }

        await starting;
        if (last.Ticks != ticks)
            throw new InvalidOperationException($"{last.Ticks:N0} records were committed, {ticks:N0} were produced.");
        if (first.Ticks == ticks)
            first = default; // too few to see them come: the whole start counts
        var counted = ticks - first.Ticks;
        var processor = ProcessUsage.Of(stack.Processor.Id);
        return new Outcome(
            counted / (last.Seconds - first.Seconds),
            last.Seconds,
            ticks,
            Since(warm, processor) with { CpuSeconds = (processor.CpuSeconds - warm.CpuSeconds) * ticks / counted },
            ProcessUsage.PeakMegabytes(stack.Processor.Id),
            (await AllocatedAsync(stack) - warmAllocated) / counted,
            Since(postgres, ProcessUsage.Of(stack.Postgres.ProcessId)),
            Since(kafka, ProcessUsage.Of(stack.Kafka.ProcessId)),
            await WalAsync(stack) - wal,
            await TableBytesAsync(stack) - tables);
    }

    public static void Add(Report report, string section, string what, Outcome outcome, double? limit = null, string? limitIs = null, double? goal = null)
    {
        void Figure(string metric, double value, string unit, double? ceiling = null) => report.Add(new(section, what, metric, value, unit, Goal: ceiling, GoalIsCeiling: true));
        report.Add(new(section, what, "committed", outcome.TicksPerSecond, "ticks/s", limit, limitIs, goal));
        Figure("process start to the last commit", outcome.TotalSeconds, "s");
        Figure("CPU, processor", outcome.Processor.CpuSeconds * 1e6 / outcome.Ticks, "µs/tick");
        Figure("CPU, PostgreSQL", outcome.Postgres.CpuSeconds * 1e6 / outcome.Ticks, "µs/tick");
        Figure("CPU, broker", outcome.Kafka.CpuSeconds * 1e6 / outcome.Ticks, "µs/tick");
        Figure("allocated, processor", outcome.AllocatedBytes, "B/tick", ceiling: 100);
        Figure("peak resident, processor", outcome.PeakMegabytes, "MiB", ceiling: 300);
        Figure("resident, broker", outcome.Kafka.ResidentMegabytes, "MiB");
        Figure("private, PostgreSQL", outcome.Postgres.PrivateMegabytes, "MiB");
        Figure("WAL", outcome.WalBytes / outcome.Ticks, "B/tick");
        Figure("tables and indexes", outcome.TableBytes / outcome.Ticks, "B/tick");
    }

    private static ProcessUsage Since(ProcessUsage before, ProcessUsage now) => now with { CpuSeconds = now.CpuSeconds - before.CpuSeconds };

    private static Task<double> AllocatedAsync(SilverStack stack) => stack.MetricAsync("dotnet_gc_heap_total_allocated_bytes_total");

    private static async Task<double> WalAsync(SilverStack stack) => (double)await stack.ScalarAsync<decimal>("select pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')");

    private static async Task<double> TableBytesAsync(SilverStack stack) => await stack.ScalarAsync<long>("select pg_database_size(current_database())");
}
