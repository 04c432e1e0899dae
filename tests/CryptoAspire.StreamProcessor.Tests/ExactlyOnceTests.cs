using CryptoAspire.Testing;

namespace CryptoAspire.StreamProcessor.Tests;

public class ExactlyOnceTests
{
    private static readonly TimeSpan Patience = SilverSystem.Patience;

    [Fact]
    public async Task Every_trade_is_in_Silver_once_whatever_is_killed()
    {
        const int Trades = 40_000;
        await using var system = await SilverSystem.StartAsync();
        var (processor, _) = system.StartProcessor();
        var trades = new TradeStream(seed: 1);
        var random = new Random(2);

        // A tenth of the trades is produced twice; something is killed after each sixth of them.
        for (var part = 0; part < 6; part++)
        {
            for (var i = 0; i < Trades / 6; i++)
            {
                var trade = trades.Next();
                system.Produce(trade);
                if (random.Next(10) == 0)
                    system.Produce(trade);
            }

            await Task.Delay(random.Next(100, 700));
            switch (part % 3)
            {
                case 0:
                    await processor.KillAsync();
                    (processor, _) = system.StartProcessor();
                    break;
                case 1:
                    await system.Postgres.KillAsync();
                    await system.Postgres.RestartAsync();
                    break;
                default:
                    await system.Kafka.KillAsync();
                    await system.Kafka.RestartAsync();
                    break;
            }
        }

        system.Producer.Flush(Patience);
        await system.RowsAsync(Trades / 6 * 6);

        Assert.Equal(Trades / 6 * 6, await system.CountAsync("select distinct symbol, source, trade_id from crypto_prices_realtime"));
        Assert.Equal(0, await system.CountAsync(CandleAudit.Differences));
        Assert.Equal(0, await system.CountAsync(CandleAudit.LedgerErrors));
        Assert.Equal(0, await system.CountAsync("select from gap where closed_at is null"));
    }

    [Fact]
    public async Task Replicas_share_the_partitions_and_take_over_from_one_that_dies()
    {
        const int Trades = 6_000;
        await using var system = await SilverSystem.StartAsync();
        var (first, firstPort) = system.StartProcessor();
        await SilverSystem.HealthyAsync(firstPort);
        var (_, secondPort) = system.StartProcessor();
        await SilverSystem.HealthyAsync(secondPort);
        var trades = new TradeStream(seed: 3);

        for (var i = 0; i < Trades; i++)
            system.Produce(trades.Next());
        await system.RowsAsync(Trades);
        await first.KillAsync();
        for (var i = 0; i < Trades; i++)
            system.Produce(trades.Next());

        await system.RowsAsync(2 * Trades, within: TimeSpan.FromSeconds(30)); // the other takes over
        Assert.Equal(0, await system.CountAsync(CandleAudit.Differences));
        Assert.Equal(0, await system.CountAsync(CandleAudit.LedgerErrors));
    }

    [Fact]
    public async Task From_one_replica_to_three_and_back_to_one_under_load_nothing_is_lost_or_doubled()
    {
        await using var system = await SilverSystem.StartAsync();
        var (first, firstPort) = system.StartProcessor();
        await SilverSystem.HealthyAsync(firstPort);
        using var enough = new CancellationTokenSource();
        var producing = Task.Run(() =>
        {
            var trades = new TradeStream(seed: 9);
            var count = 0;
            for (; !enough.IsCancellationRequested; count++)
            {
                system.Produce(trades.Next());
                if (count % 50 == 49)
                    Thread.Sleep(20);
            }

            return count;
        });

        // Others join: one stops in good order, and the one that has worked from the start is killed.
        var (second, secondPort) = system.StartProcessor();
        var (_, thirdPort) = system.StartProcessor();
        await SilverSystem.HealthyAsync(secondPort);
        await SilverSystem.HealthyAsync(thirdPort);
        await Eventually.Passes(() => Task.WhenAll(new[] { firstPort, secondPort, thirdPort }.Select(async port => Assert.NotEqual(0, await SilverSystem.PartitionsAsync(port)))), Patience);
        await Task.WhenAll(second.StopAsync(), first.KillAsync());
        await Eventually.Passes(async () => Assert.Equal(12, await SilverSystem.PartitionsAsync(thirdPort)), Patience);
        await enough.CancelAsync();
        system.Producer.Flush(Patience);

        await system.RowsAsync(await producing);
        Assert.Equal(0, await system.CountAsync(CandleAudit.Differences));
        Assert.Equal(0, await system.CountAsync(CandleAudit.LedgerErrors));
    }
}
