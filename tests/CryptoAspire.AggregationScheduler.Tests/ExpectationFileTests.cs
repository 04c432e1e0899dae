using CryptoAspire.AggregationScheduler.Jobs;
using CryptoAspire.AggregationScheduler.Quality;
using CryptoAspire.Storage.Jobs;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Storage.Quality;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;

namespace CryptoAspire.AggregationScheduler.Tests;

public class ExpectationFileTests(PostgresDatabase database) : IClassFixture<PostgresDatabase>
{
    private const string Good =
        """
        expectations:
          - name: size-above-zero
            kind: validity
            description: A size is above zero.
            owner: ingest
            on: silver
            column: size
            min: 0
        """;

    [Fact]
    public void The_file_that_we_ship_is_read_and_has_every_kind()
    {
        var expectations = ExpectationFile.Parse(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "Quality", "expectations.yaml")), "expectations.yaml");
        Assert.Equal(Enum.GetValues<ExpectationKind>(), expectations.Select(static e => e.Expectation.Kind).Distinct().Order());
    }

    [Theory]
    [InlineData("nothing", 1, "expectations")]
    [InlineData("expectations:\n  - name: a\n    kind: [", 3, "not YAML")]
    [InlineData("expectations:\n  - kind: sql", 2, "name is missing")]
    [InlineData("expectations:\n  - name: a\n    kind: freshnes", 3, "Use one of completeness, uniqueness")]
    [InlineData("expectations:\n  - name: a\n    kind: sql\n    on: silver", 4, "on is not a key of sql. It takes name")]
    [InlineData("expectations:\n  - name: a\n    kind: validity\n    on: bronze", 4, "on 'bronze' is not a set of rows. Use one of silver")]
    [InlineData("expectations:\n  - name: a\n    kind: validity\n    on: silver\n    column: price > 0", 5, "not a column")]
    [InlineData("expectations:\n  - name: a\n    kind: validity\n    on: silver\n    column: price\n    min: low", 6, "min 'low' is not a number")]
    [InlineData("expectations:\n  - name: a\n    kind: validity\n    on: silver\n    column: price", 2, "Give one of: min and max, in, regex, references")]
    [InlineData("expectations:\n  - name: a\n    kind: freshness\n    on: latest\n    column: event_time\n    within: soon", 6, "Write it like 30s")]
    [InlineData("expectations:\n  - name: a\n    kind: consistency\n    on: candle\n    fold: true", 4, "use gold_10min")]
    [InlineData("expectations:\n  - name: a\n    kind: continuity\n    owner: x", 2, "description is missing")]
    [InlineData("expectations:\n  - name: a\n    kind: continuity\n    owner: x\n    description: y\n  - name: a\n    kind: continuity\n    owner: x\n    description: y", 6, "a stands in line 2 already")]
    public void A_mistake_is_told_with_file_line_and_remedy(string text, long line, string message)
    {
        var mistake = Assert.Throws<ExpectationFileException>(() => ExpectationFile.Parse(text, "my.yaml"));
        Assert.Equal(line, mistake.Line);
        Assert.Contains($"my.yaml, line {line}:", mistake.Message);
        Assert.Contains(message, mistake.Message);
    }

    [Fact]
    public async Task The_table_follows_the_file_a_bad_file_changes_nothing_and_the_jobs_run()
    {
        await new Migrator(database.DataSource, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(CancellationToken.None);
        using var directory = new TemporaryDirectory("expectations");
        var path = Path.Combine(directory.Path, "expectations.yaml");
        await File.WriteAllTextAsync(path, Good);
        await using var replica = await Replica.StartAsync(
            database.DataSource,
            static builder => { builder.AddGold(); builder.AddQuality(); },
            [KeyValuePair.Create("Quality:Expectations", (string?)path), KeyValuePair.Create("Jobs:quality:Schedule", (string?)"every 1s"), KeyValuePair.Create("Jobs:quality:Cooldown", (string?)"00:00:00")]);
        await NamesAsync("size-above-zero");

        await File.WriteAllTextAsync(path, $"{Good}\n  - name: fresh\n    kind: freshness\n    description: New.\n    owner: ingest\n    on: latest\n    column: event_time\n    within: 1m\n");
        await NamesAsync("fresh", "size-above-zero");

        foreach (var bad in new[] { "expectations: [", Good.Replace("column: size", "column: sise", StringComparison.Ordinal) })
        {
            await File.WriteAllTextAsync(path, bad);
            await Eventually.True(() => Task.FromResult(replica.Log.Any(line => line.Contains($"The expectations stay as they were. {path}, line ", StringComparison.Ordinal) && (bad[^1] == '[' || line.Contains("sise", StringComparison.Ordinal)))), TimeSpan.FromSeconds(60));
        }

        await NamesAsync("fresh", "size-above-zero");
        await File.WriteAllTextAsync(path, Good);
        await NamesAsync("size-above-zero");

        // Its jobs: on request, each has its row.
        var queue = new RunQueue(database.DataSource, TimeProvider.System);
        foreach (var job in new[] { "quality", "reconciliation", "gap-repair", "ledger-check" })
            await queue.EnqueueAsync(new RunRequest(job, RunCause.Request, "test"), CancellationToken.None);
        await Eventually.Passes(
            async () => Assert.Equal(4L, await ScalarAsync<long>("select count(distinct job) from job_run where outcome = 'succeeded' and job in ('quality', 'reconciliation', 'gap-repair', 'ledger-check')")),
            TimeSpan.FromSeconds(60));
        Assert.Equal(0L, await ScalarAsync<long>("select count(*) from job_run where outcome = 'failed'"));
        Assert.Contains(RollTenMinuteJob.Name, QualityJob.Definition.After);
    }

    private Task NamesAsync(params string[] names) => Eventually.Passes(
        async () => Assert.Equal(string.Join(',', names), await ScalarAsync<string>("select coalesce(string_agg(name, ',' order by name), '') from expectation")), TimeSpan.FromSeconds(60));

    private async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = database.DataSource.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }
}
