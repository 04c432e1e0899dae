using System.Diagnostics;

namespace CryptoAspire.Benchmarks;

/// <summary>How long something takes.</summary>
internal static class Clock
{
    /// <summary>Milliseconds of one time.</summary>
    public static async Task<double> TimeAsync(Func<Task> work)
    {
        var watch = Stopwatch.StartNew();
        await work();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>Median milliseconds of several times; <paramref name="before"/> each of them, not counted.</summary>
    public static async Task<double> MedianAsync(int times, Func<Task> before, Func<Task> work)
    {
        var measured = new List<double>();
        for (var i = 0; i < times; i++)
        {
            await before();
            measured.Add(await TimeAsync(work));
        }

        return measured.Order().ElementAt(times / 2);
    }
}
