namespace CryptoAspire.Benchmarks.Feeds;

/// <summary>What a message costs to read and to encode, and how many a second one producer process sustains on one core.</summary>
internal static class FeedBenchmarks
{
    /// <param name="report">Where the figures go.</param>
    /// <param name="quick">A fifth of the work.</param>
    public static async Task RunAsync(Report report, bool quick)
    {
        MessageCost.Run(report, quick ? 200_000 : 1_000_000);
        await ProducerThroughput.RunAsync(report, TimeSpan.FromSeconds(quick ? 6 : 30));
    }
}
