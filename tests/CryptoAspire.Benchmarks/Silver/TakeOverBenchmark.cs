using System.Diagnostics;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>From <c>kill -9</c> of a processor under load to the first new commit of every partition: by the same member, started again at once, and by another replica.</summary>
internal static class TakeOverBenchmark
{
    private const int TicksPerSecond = 1_000;

    public static async Task RunAsync(Report report, SilverStack stack)
    {
        await stack.StartProcessorAsync();
        using var enough = new CancellationTokenSource();
        var producing = Task.Factory.StartNew(() => Produce(stack, enough.Token), TaskCreationOptions.LongRunning);
        await AllMoveAsync(stack);

        await stack.Processor.DisposeAsync(); // kills it
        var clock = Stopwatch.StartNew();
        var restarting = stack.StartProcessorAsync();
        await AllMoveAsync(stack);
        report.Add(new("Take-over at 1,000 ticks/s", "kill -9, the same member starts again", "all partitions commit", clock.Elapsed.TotalSeconds, "s", Goal: 3, GoalIsCeiling: true));
        await restarting;

        await using var victim = stack.Processor;
        await stack.StartProcessorAsync();
        while (await stack.MetricAsync("silver_partitions") == 0)
            await Task.Delay(100);
        await AllMoveAsync(stack);
        await victim.KillAsync();
        clock.Restart();
        await AllMoveAsync(stack);
        report.Add(new("Take-over at 1,000 ticks/s", "kill -9, another replica takes over", "all partitions commit", clock.Elapsed.TotalSeconds, "s", Goal: 10, GoalIsCeiling: true));
        await enough.CancelAsync();
        await producing;
    }

    private static void Produce(SilverStack stack, CancellationToken enough)
    {
        var tape = new TradeTape(5, DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() * 1000, TicksPerSecond);
        for (var clock = Stopwatch.StartNew(); !enough.IsCancellationRequested; Thread.Sleep(1))
        {
            while (tape.Count < clock.ElapsedMilliseconds * TicksPerSecond / 1000)
                stack.Produce(tape.Next());
        }
    }

    /// <summary>Waits until every partition that has records has committed something new.</summary>
    private static async Task AllMoveAsync(SilverStack stack)
    {
        var before = await stack.OffsetsAsync();
        for (var patience = Stopwatch.StartNew(); patience.Elapsed.TotalMinutes < 2; await Task.Delay(5))
        {
            var now = await stack.OffsetsAsync();
            var busy = now.Where(static partition => partition.Value > 0).ToList();
            if (busy.Count > 0 && busy.All(partition => partition.Value > before.GetValueOrDefault(partition.Key)))
                return;
        }

        throw new TimeoutException($"A partition stands still.\n{stack.Processor.Output.Tail()}");
    }
}
