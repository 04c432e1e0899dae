using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.History;

/// <summary>The command as its user meets it.</summary>
public sealed class ImportCommandTests(ImportUnderTest history) : IClassFixture<ImportUnderTest>
{
    private const string Rows = "timestamp,open,high,low,close,volume\n1736208060,1,2,1,2,1\n1736208120,1,2,1,2,oops\n1736208180,1,2,1,2,1\n1736208240,1,2,1,2,1\n";

    [Fact]
    public async Task Files_are_imported_what_is_refused_is_listed_and_one_that_is_no_history_makes_the_exit_code_1()
    {
        var good = history.Write("bitstamp_btcusd.csv", Rows);
        var bad = history.Write("diary.txt", "Dear diary");
        var report = Path.Combine(Path.GetDirectoryName(good)!, "rejects.csv");

        var (exit, output) = await RunAsync(history.ConnectionString, good, bad, "--report", report);

        Assert.Equal(1, exit);
        Assert.Contains("bitstamp_btcusd.csv: kaggle-minute, bitstamp BTC-USD 1m: 4 rows (1 refused), 3 candles (3 new, 0 changed, 0 as they were), 2025-01-07 00:01 to 2025-01-07 00:04 UTC, 1 buckets missing", output);
        Assert.Contains("refused: bitstamp_btcusd.csv, line 3, volume 'oops': is not a number", output);
        Assert.Contains("diary.txt: it has none of the shapes that are known (cryptodatadownload, ", output);
        Assert.Equal(["file,line,field,value,reason", "bitstamp_btcusd.csv,3,volume,oops,is not a number"], await File.ReadAllLinesAsync(report));

        (exit, output) = await RunAsync(history.ConnectionString, Path.GetDirectoryName(good)!, "--dry-run", "--format", "kaggle-minute");
        Assert.Contains("3 candles (only looked at)", output);
        Assert.Contains("rejects.csv: it is not kaggle-minute: that looks like", output);
        Assert.Equal(1, exit);

        (exit, output) = await RunAsync(history.ConnectionString, good);
        Assert.Contains("(0 new, 0 changed, 3 as they were)", output);
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task Without_a_database_it_says_how_to_name_one()
    {
        var (exit, output) = await RunAsync(null, history.Write("bitstamp_ethusd.csv", Rows));

        Assert.Equal(1, exit);
        Assert.Contains("Set ConnectionStrings__crypto=", output);
        Assert.Contains("./run.sh import", output);
    }

    private static Task<(int ExitCode, string Output)> RunAsync(string? connection, params string[] arguments) => ChildProcess.RunAsync("dotnet",
        [typeof(ProducerHost).Assembly.Location, "import", .. arguments], TimeSpan.FromSeconds(60), new Dictionary<string, string?> { ["ConnectionStrings__crypto"] = connection });
}
