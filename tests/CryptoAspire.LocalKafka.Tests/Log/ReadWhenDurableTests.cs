using CryptoAspire.LocalKafka.Log;

namespace CryptoAspire.LocalKafka.Tests.Log;

/// <summary>What a power cut can take away is not shown to readers of a log that promises durability.</summary>
public sealed class ReadWhenDurableTests
{
    [Theory]
    [InlineData(FlushMode.Always, 1)]
    [InlineData(FlushMode.Interval, 2)]
    public async Task Readers_see_an_append_once_it_is_as_durable_as_promised(FlushMode mode, int seen)
    {
        var files = new PowerCutFileSystem();
        await using var bench = new LogBench(files) { Options = new LogStoreOptions { DataDirectory = "", Flush = mode, FlushInterval = TimeSpan.FromHours(1) } }.Open();
        var first = bench.Append(LogBench.Batch());
        await bench.Log.WaitDurableAsync(first.NextOffset);
        files.FailingSync = ".log"; // the next sync never succeeds: the second batch stays at risk
        var second = bench.Append(LogBench.Batch());
        Assert.Equal(2, second.NextOffset);
        if (mode == FlushMode.Always) await Assert.ThrowsAsync<IOException>(() => bench.Log.WaitDurableAsync(second.NextOffset).AsTask());
        Assert.Equal((seen, seen, 2), (bench.Log.HighWatermark, bench.Log.LastStableOffset, bench.Log.LogEndOffset));
        Assert.Equal(seen, LogBench.ReadValues(bench.Log, 0).Count);
        using var beyond = bench.Log.Read(2, 1_000, true, Isolation.ReadUncommitted);
        Assert.Equal((CryptoAspire.LocalKafka.Protocol.ErrorCode.None, 0), (beyond.Error, beyond.Length));
        files.FailingSync = null;
    }
}
