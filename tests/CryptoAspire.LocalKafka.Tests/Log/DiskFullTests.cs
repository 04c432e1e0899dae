using System.Diagnostics;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Protocol;
using Xunit.Abstractions;

namespace CryptoAspire.LocalKafka.Tests.Log;

public sealed class DiskFullTests(ITestOutputHelper output)
{
    [Fact]
    public async Task A_full_disk_fails_the_append_loses_nothing_and_appends_resume_when_there_is_room()
    {
        var files = new PowerCutFileSystem();
        await using var bench = new LogBench(files) { Options = new LogStoreOptions { DataDirectory = "", Flush = FlushMode.Always }, Config = new() { ["segment.bytes"] = "1048576" } }.Open();
        await bench.Log.WaitDurableAsync(bench.Append(LogBench.Batch(2)).NextOffset);
        for (var free = 0; free < 70; free += 7)
        {
            files.FreeBytes = free;
            var refused = bench.Log.Append(LogBench.Batch(1, new string('x', 50)));
            Assert.Equal((ErrorCode.KafkaStorageError, "The disk is full."), (refused.Error, refused.Message));
        }
        files.FreeBytes = long.MaxValue;
        var resumed = bench.Append(LogBench.Batch(1));
        Assert.Equal(2, resumed.BaseOffset);
        await bench.Log.WaitDurableAsync(resumed.NextOffset);
        Assert.Equal(3, LogBench.ReadValues(bench.Log, 0).Count);
        bench.ReopenAfterCrash();
        Assert.Equal((3, 0), (bench.Log.HighWatermark, bench.Store.Recovery.BytesTruncated));
    }

    [Fact]
    public async Task A_failed_fsync_acknowledges_nothing_and_stops_the_partition_until_the_next_start()
    {
        var files = new PowerCutFileSystem();
        await using var bench = new LogBench(files) { Options = new LogStoreOptions { DataDirectory = "", Flush = FlushMode.Always } }.Open();
        await bench.Log.WaitDurableAsync(bench.Append(LogBench.Batch()).NextOffset);
        files.FailingSync = ".log";
        var next = bench.Append(LogBench.Batch()).NextOffset;
        await Assert.ThrowsAsync<IOException>(() => bench.Log.WaitDurableAsync(next).AsTask());
        Assert.Equal(ErrorCode.KafkaStorageError, bench.Log.Append(LogBench.Batch()).Error);
        bench.ReopenAfterCrash();
        Assert.InRange(bench.Log.HighWatermark, 1, 2);
        bench.Append(LogBench.Batch());
    }

    [Fact]
    public async Task A_really_full_disk_is_survived()
    {
        var directory = Directory.CreateTempSubdirectory("localkafka-full-").FullName;
        if (!Mount("-t", "tmpfs", "-o", "size=1m", "tmpfs", directory))
        {
            output.WriteLine("Skipped: no permission to mount a small tmpfs; the same is tested through the file-system seam.");
            Directory.Delete(directory);
            return;
        }
        try
        {
            await using var bench = new LogBench(directory: directory) { Config = new() { ["segment.bytes"] = "200000" } }.Open();
            var acknowledged = new List<(long, string)>();
            AppendResult result;
            while ((result = bench.Log.Append(LogBench.Batch(1, $"{acknowledged.Count}-{new string('d', 5_000)}"))).Error == ErrorCode.None)
                acknowledged.Add((result.BaseOffset, $"{acknowledged.Count}-{new string('d', 5_000)}0"));
            Assert.Equal(ErrorCode.KafkaStorageError, result.Error);
            Assert.True(acknowledged.Count > 100);
            Assert.Equal(acknowledged, LogBench.ReadValues(bench.Log, 0));
            Assert.Equal(ErrorCode.KafkaStorageError, bench.Log.Append(LogBench.Batch(1, new string('d', 9_000))).Error);

            Directory.CreateDirectory(Path.Combine(directory, "elsewhere"));
            using (var small = Process.Start("/bin/mount", ["-o", "remount,size=2m", directory]))
                await small.WaitForExitAsync();
            result = bench.Append(LogBench.Batch(1, "room"));
            Assert.Equal(acknowledged.Count, result.BaseOffset);
            acknowledged.Add((result.BaseOffset, "room0"));
            bench.ReopenAfterCrash();
            Assert.Equal(acknowledged, LogBench.ReadValues(bench.Log, 0));
            await bench.Store.DisposeAsync();
        }
        finally
        {
            using (var unmount = Process.Start("/bin/umount", ["-l", directory]))
                await unmount.WaitForExitAsync();
            Directory.Delete(directory);
        }
    }

    private static bool Mount(params string[] arguments)
    {
        if (!OperatingSystem.IsLinux() || !File.Exists("/bin/mount"))
            return false;
        using var process = Process.Start(new ProcessStartInfo("/bin/mount", arguments) { RedirectStandardError = true })!;
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}
