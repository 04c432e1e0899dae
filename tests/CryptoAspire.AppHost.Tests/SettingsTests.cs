using System.IO.Compression;
using CryptoAspire.Testing;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.AppHost.Tests;

/// <summary>A wrong setting is one line that names it, its value and the remedy.</summary>
public class SettingsTests
{
    [Theory]
    [InlineData("Feeds:Mode", "yesterday", "Feeds:Mode is 'yesterday', which is not known: use one of auto, live, simulated, replay.")]
    [InlineData("Replay:Speed", "fast", "Replay:Speed is 'fast', which is not known: use 1, 10, another number up to 10000, or max.")]
    [InlineData("Replay:Speed", "0", "Replay:Speed is '0', which is not known: use 1, 10, another number up to 10000, or max.")]
    [InlineData("Replay:Loop", "often", "Replay:Loop is 'often', which is not known: use true or false.")]
    [InlineData("Ports:Api", "80000", "Ports:Api is '80000', which is not a port: give a number from 1 to 65535.")]
    [InlineData("Ports:Web", "80", "Ports:Web is not known: there are Ports:Dashboard, Ports:Api, Ports:Kafka, Ports:Postgres.")]
    [InlineData("StreamProcessor:Replicas", "13", "StreamProcessor:Replicas is '13': give a number from 1 to 12.")]
    public void Wrong_value_is_named_with_its_remedy(string key, string value, string line) =>
        Assert.Equal(line, Settings.Read(Configuration((key, value))).Mistake);

    [Theory]
    [InlineData("1")]
    [InlineData("10")]
    [InlineData("10x")]
    [InlineData("2.5")]
    [InlineData("max")]
    [InlineData("MAX")]
    [InlineData(null)]
    public void Speeds_of_a_replay_are_taken(string? speed) => Assert.Null(Settings.Read(Configuration(("Replay:Speed", speed))).Mistake);

    [Fact]
    public void Replay_needs_a_capture_file_that_is_one()
    {
        using var folder = new TemporaryDirectory("captures");
        Assert.Contains("Replay:Path is not set", Replay(null), StringComparison.Ordinal);

        Assert.Equal($"Replay:Path names {folder["absent.gz"]}, which does not exist.", Replay(folder["absent.gz"]));

        File.WriteAllText(folder["notes.txt"], "root:x:0:0\n");
        Assert.Contains($"{folder["notes.txt"]}, which is not a capture", Replay(folder["notes.txt"]), StringComparison.Ordinal);

        File.WriteAllText(folder["empty"], "");
        Assert.Contains("which is not a capture", Replay(folder["empty"]), StringComparison.Ordinal);

        File.WriteAllBytes(folder["torn.gz"], [0x1f, 0x8b, 8, 0, 1, 2, 3]);
        Assert.NotNull(Replay(folder["torn.gz"]));

        File.WriteAllText(folder["plain"], "1723161253937085768 {\"stream\":\"btcusdt@trade\"}\n");
        Assert.Null(Replay(folder["plain"]));

        using (var gzip = new GZipStream(File.Create(folder["good.gz"]), CompressionLevel.Fastest))
        {
            gzip.Write("1723161253937085768 {\"stream\":\"btcusdt@trade\"}\n"u8);
        }

        Assert.Null(Replay($"{folder["plain"]};{folder["good.gz"]}"));
        Assert.Contains("does not exist", Replay($"{folder["good.gz"]};{folder["absent.gz"]}"), StringComparison.Ordinal);
    }

    [SharedDataFact("binance/spot_btcusdt_20240808.gz", "binance/spot_ethusdt_20240808.gz")]
    public void Recorded_captures_are_taken_and_passed_on_as_full_paths()
    {
        var paths = new[] { SharedData.File("binance/spot_btcusdt_20240808.gz"), SharedData.File("binance/spot_ethusdt_20240808.gz") };
        var (settings, mistake) = Settings.Read(Configuration(("Feeds:Mode", "Replay"), ("Replay:Path:0", paths[0]), ("Replay:Path:1", paths[1]), ("Replay:Speed", "10x"), ("Replay:Loop", "true")));
        Assert.Null(mistake);
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), new ExecutableResource("x", "x", "/"));
        settings!.AddFeeds(context);
        Assert.Equal(
            [new("Feeds__Mode", "replay"), new("Replay__Path", string.Join(';', paths)), new("Replay__Speed", "10"), new("Replay__Loop", "true")],
            context.EnvironmentVariables);
    }

    [Fact]
    public void Other_settings_of_the_feeds_reach_the_services()
    {
        var (settings, _) = Settings.Read(Configuration(("Feeds:Mode", "LIVE"), ("Feeds:Venues", "coinbase"), ("Simulator:Seed", "3"), ("Other:X", "1")));
        var context = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(DistributedApplicationOperation.Run), new ExecutableResource("x", "x", "/"));
        settings!.AddFeeds(context);
        Assert.Equal([new("Feeds__Mode", "live"), new("Feeds__Venues", "coinbase"), new("Simulator__Seed", "3")], context.EnvironmentVariables);
    }

    [Theory]
    [InlineData(DistributedApplicationOperation.Run, true)]
    [InlineData(DistributedApplicationOperation.Publish, false)]
    public void Keys_of_sources_reach_only_who_asks_them_and_no_manifest(DistributedApplicationOperation operation, bool given)
    {
        var (settings, _) = Settings.Read(Configuration(("Feeds:newsapi:Key", "secret")));
        var everybody = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(operation), new ExecutableResource("x", "x", "/"));
        settings!.AddFeeds(everybody);
        Assert.DoesNotContain("secret", everybody.EnvironmentVariables.Values);
        var producer = new EnvironmentCallbackContext(new DistributedApplicationExecutionContext(operation), new ExecutableResource("x", "x", "/"));
        settings.AddFeedKeys(producer);
        Assert.Equal(given, producer.EnvironmentVariables.ContainsKey("Feeds__newsapi__Key"));
    }

    private static string? Replay(string? path) => Settings.Read(Configuration(("Feeds:Mode", "replay"), ("Replay:Path", path))).Mistake;

    private static IConfiguration Configuration(params (string Key, string? Value)[] values) =>
        new ConfigurationBuilder().AddInMemoryCollection(values.Select(v => KeyValuePair.Create(v.Key, v.Value))).Build();
}
