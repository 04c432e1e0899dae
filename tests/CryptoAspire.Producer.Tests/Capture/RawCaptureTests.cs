using System.Text;
using CryptoAspire.Producer.Capture;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Tests.Feeds;
using CryptoAspire.Producer.Tests.Simulator;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.Producer.Tests.Capture;

public sealed class RawCaptureTests
{
    [Fact]
    public async Task What_was_captured_is_replayed_by_the_simulator_byte_for_byte()
    {
        using var directory = new TemporaryDirectory("capture");
        var wire = Enumerable.Range(1, 200).Select(i => $$$"""{"stream":"btcusdt@trade","data":{"e":"trade","E":{{{1723161255000 + i}}},"s":"BTCUSDT","t":{{{i}}},"p":"61837.63","q":"0.02","T":{{{1723161255000 + i}}},"m":true,"M":true}}""").ToList();
        // All within one millisecond, as a burst can be.
        using (var capture = new RawCapture(new CaptureSettings(directory.Path, FileBytes: 2 << 10, TotalBytes: 1 << 30), new SteppedClock(), NullLogger<RawCapture>.Instance))
        {
            await capture.StartAsync(CancellationToken.None);
            for (var i = 0; i < wire.Count; i++) capture.Take("binance", 1_723_161_255_000_000 + i * 1_000, Encoding.UTF8.GetBytes(wire[i]));
            await Eventually.True(() => capture.Written == wire.Count);
            await capture.StopAsync(CancellationToken.None);
            Assert.Equal(0, capture.Dropped);
        }
        var files = Directory.GetFiles(directory.Path, "binance-*.gz").Order().ToArray();
        Assert.True(files.Length > 10, "the files were not rotated");
        Assert.Empty(Directory.GetFiles(directory.Path, "*.part"));

        await using var simulator = await SimulatorUnderTest.ReplayAsync("max", files);
        await using var client = await RawClient.ConnectAsync(simulator.Address, "binance/stream?streams=btcusdt@trade");
        foreach (var message in wire) Assert.Equal(message, await client.ReceiveAsync());
    }

    [Fact]
    public async Task The_oldest_files_go_when_all_are_too_large()
    {
        using var directory = new TemporaryDirectory("capture");
        using var capture = Capture(new CaptureSettings(directory.Path, FileBytes: 64 << 10, TotalBytes: 200 << 10));
        await capture.StartAsync(CancellationToken.None);
        var random = new Random(1);
        var taken = 0L;
        for (var round = 0; round < 40; round++)
        {
            for (var i = 0; i < 20; i++)
            {
                var noise = new byte[1024];
                random.NextBytes(noise);
                capture.Take("binance", 1_723_161_255_000_000, Encoding.ASCII.GetBytes(Convert.ToBase64String(noise)));
                taken++;
            }
            await Eventually.True(() => capture.Written == taken);
        }
        await capture.StopAsync(CancellationToken.None);

        Assert.InRange(new DirectoryInfo(directory.Path).GetFiles().Sum(f => f.Length), 64 << 10, 400 << 10);
    }

    private static RawCapture Capture(CaptureSettings settings) => new(settings, TimeProvider.System, NullLogger<RawCapture>.Instance);
}
