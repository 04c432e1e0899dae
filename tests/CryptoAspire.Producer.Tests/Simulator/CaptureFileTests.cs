using System.IO.Compression;
using System.Text;
using CryptoAspire.MarketSimulator;
using CryptoAspire.MarketSimulator.Markets.Replay;
using CryptoAspire.Producer.Tests.Parsers;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Simulator;

public sealed class CaptureFileTests : IDisposable
{
    private const string Good = """1723161254087896568 {"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":1,"p":"1","q":"1","T":1723161255342,"m":true,"M":true}}""";

    private readonly TemporaryDirectory directory = new("captures");

    public void Dispose() => directory.Dispose();

    [Fact]
    public void A_capture_may_be_plain_text_or_gzipped()
    {
        Assert.Single(CaptureFile.Read(Plain(Good)));
        Assert.Single(CaptureFile.Read(Gzipped(Good)));
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("/nowhere/spot.gz, line 0: expected a readable file", Assert.Throws<CaptureFormatException>(() => CaptureFile.Read("/nowhere/spot.gz")).Message);

    [Theory]
    [InlineData("timestamp,open,high,low,close", 1)]
    [InlineData(Good + "\nnot a line of it", 2)]
    [InlineData(Good + "\n\n1723161254087896568 {\"stream\":", 3)]
    [InlineData(Good + "\n1723161254087896568 {\"stream\":\"btcusdt@trade\",\"data\":{\"t\":\"x\"}}", 2)]
    [InlineData("1723161254087896568 {\"lastUpdateId\":1}", 1)]
    public void What_is_not_a_capture_is_refused_with_file_line_and_what_was_expected(string text, int line)
    {
        var path = Plain(text);

        var refusal = Assert.Throws<CaptureFormatException>(() => CaptureFile.Read(path));

        Assert.Equal((path, line), (refusal.File, refusal.Line));
        Assert.StartsWith($"Replay:Path: {path}, line {line}: expected ", refusal.Message);
        Assert.DoesNotContain('\n', refusal.Message);
    }

    [Fact]
    public void A_file_cut_in_the_middle_of_its_gzip_data_is_refused()
    {
        var path = Gzipped(string.Concat(Enumerable.Range(0, 2_000).Select(i => Good.Replace("\"t\":1,", $"\"t\":{i + 1},") + "\n")));
        File.WriteAllBytes(path, File.ReadAllBytes(path)[..^200]);

        Assert.Throws<CaptureFormatException>(() => CaptureFile.Read(path));
    }

    [Fact]
    public async Task The_simulator_refuses_to_start_with_one_line_and_exit_code_1()
    {
        var program = typeof(SimulatorHost).Assembly.Location;
        var (exit, output) = await ChildProcess.RunAsync("dotnet", [program, "--Feeds:Mode=replay", $"--Replay:Path={Plain("a,b,c")}"], TimeSpan.FromSeconds(30));

        Assert.Equal(1, exit);
        Assert.Single(output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
        Assert.Contains("line 1: expected", output);
    }

    [Theory]
    [InlineData("--Feeds:Mode=recorded", "Feeds:Mode is 'recorded'")]
    [InlineData("--Replay:Speed=fast", "Replay:Speed is 'fast'")]
    [InlineData("--Replay:Speed=-1", "Replay:Speed is '-1'")]
    [InlineData("--Replay:Loop=often", "Replay:Loop is 'often'")]
    [InlineData("--Simulator:TicksPerSecond=0", "Simulator:TicksPerSecond is '0'")]
    [InlineData("--Simulator:Seed=pi", "Simulator:Seed is 'pi'")]
    [InlineData("--Feeds:Mode=replay", "Replay:Path is ''")]
    public void A_setting_that_makes_no_sense_is_named(string argument, string expected) =>
        Assert.Contains(expected, Assert.Throws<SettingException>(() => SimulatorHost.Build([argument])).Message);

    [SharedDataFact(Captures.SpotBtc, Captures.SpotEth)]
    public void Two_captures_become_one_tape_in_event_time()
    {
        var tape = ReplayTape.Load([SharedData.File(Captures.SpotEth), SharedData.File(Captures.SpotBtc)]);

        Assert.Equal(9_757 + 6_106, tape.Length);
        // Recorded order and event time agree to within the network's jitter, over both files.
        var newest = long.MinValue;
        for (var i = 0; i < tape.Length; i++)
        {
            newest = Math.Max(newest, tape[i].TimeUs);
            Assert.True(newest - tape[i].TimeUs < 1_000_000, $"trade {i} is {newest - tape[i].TimeUs} µs late");
        }
    }

    [SharedDataFact(Captures.SpotBtc)]
    public void A_second_lap_continues_ids_and_times()
    {
        var tape = ReplayTape.Load([SharedData.File(Captures.SpotBtc)]);
        var (last, next) = (tape[tape.Length - 1], tape[tape.Length]);

        Assert.Equal(last.Id + 1, next.Id);
        Assert.True(next.TimeUs > last.TimeUs);
        Assert.Equal(tape[0].TimeUs % 60_000_000, next.TimeUs % 60_000_000);
        Assert.Equal(tape[0].Price, next.Price);
        Assert.Equal([last.Id, next.Id], tape.TradesFrom(last.Instrument, last.Id, 10, tape.Length + 1).Select(t => t.Id));
        Assert.Equal(next.Id, tape.Latest(last.Instrument, tape.Length + 1)!.Value.Id);
        Assert.Equal(last.Id, tape.Latest(last.Instrument, tape.Length)!.Value.Id);
    }

    private string Plain(string text)
    {
        var path = directory[$"{Guid.NewGuid():n}.txt"];
        File.WriteAllText(path, text);
        return path;
    }

    private string Gzipped(string text)
    {
        var path = directory[$"{Guid.NewGuid():n}.gz"];
        using var file = new GZipStream(File.Create(path), CompressionLevel.Fastest);
        file.Write(Encoding.UTF8.GetBytes(text));
        return path;
    }
}
