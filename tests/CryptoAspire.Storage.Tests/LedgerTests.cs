using CryptoAspire.Storage.Queries;
using CryptoAspire.Storage.Silver;

namespace CryptoAspire.Storage.Tests;

public class LedgerTests : SilverDatabase
{
    [Fact]
    public async Task Each_check_compares_what_was_committed_since_the_last_with_the_rows()
    {
        var ledger = new LedgerAudit(Database, TimeProvider.System);
        var trades = Make.Random(200, seed: 1);
        var log = new BronzeLog().Append(trades).Append(trades.Take(20)).Append("rubbish"u8.ToArray());
        await log.CommitAllAsync(NewWriter(), batchSize: 50);

        Assert.Empty((await ledger.CheckAsync(default))!);
        Assert.Equal(["0|221|221|200|20|1|0|200|1|True"], await ChecksAsync());
        Assert.Empty((await ledger.CheckAsync(default))!);
        Assert.Single(await ChecksAsync());

        await log.Append(Make.Random(260, seed: 1).Skip(200)).CommitAllAsync(NewWriter());
        Assert.Empty((await ledger.CheckAsync(default))!);
        Assert.Equal("221|281|60|60|0|0|0|60|0|True", (await ChecksAsync())[^1]);
    }

    [Theory]
    [InlineData("delete from crypto_prices_realtime where kafka_offset = 7")]
    [InlineData("insert into crypto_prices_realtime select * from crypto_prices_realtime where kafka_offset = 7")]
    [InlineData("delete from quarantine")]
    [InlineData("update stream_offset set duplicates = duplicates + 1")]
    public async Task A_row_too_few_or_too_many_is_an_incident(string tampering)
    {
        var ledger = new LedgerAudit(Database, TimeProvider.System);
        await new BronzeLog().Append(Make.Random(20, seed: 2)).Append("rubbish"u8.ToArray()).CommitAllAsync(NewWriter());
        await ExecuteAsync(tampering);

        Assert.Equal(["crypto_prices [0]"], await ledger.CheckAsync(default));
        var queries = new OperationsQueries(Database);
        Assert.Equal("ledger-unbalanced", Assert.Single(await queries.IncidentsAsync(long.MaxValue, 10, default)).Kind);
        var entry = Assert.Single(await queries.LedgerAsync(default));
        Assert.Equal((false, 1L), (entry.Balanced!.Value, entry.FailedChecks));
    }

    [Fact]
    public async Task Going_over_a_hole_and_back_to_the_start_of_a_new_topic_balances()
    {
        var writer = NewWriter();
        Assert.Equal(0, await writer.TakeOverAsync(default));
        Assert.True(await writer.SkipAsync(0, 100, "deleted", default));
        Assert.False(await writer.SkipAsync(0, 100, "deleted", default));
        Assert.True(await writer.SkipAsync(100, 0, "made anew", default));
        await new BronzeLog().Append(Make.Random(20, seed: 3)).CommitAllAsync(writer);

        Assert.Equal(["20|20|100|100"], await RowsAsync("select next_offset, consumed, skipped, rewound from stream_offset"));
        Assert.Empty(await RowsAsync(Testing.CandleAudit.LedgerErrors));
        Assert.Empty((await new LedgerAudit(Database, TimeProvider.System).CheckAsync(default))!);
        Assert.Equal(["bronze-anew", "bronze-skipped"], (await new OperationsQueries(Database).IncidentsAsync(long.MaxValue, 10, default)).Select(incident => incident.Kind));
    }

    private Task<List<string>> ChecksAsync() => RowsAsync(
        "select from_offset, to_offset, consumed, rows, duplicates, quarantined, skipped, rows_found, quarantined_found, balanced from ledger_check order by checked_at");
}
