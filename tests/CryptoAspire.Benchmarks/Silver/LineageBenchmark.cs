using System.Diagnostics;
using CryptoAspire.Market;
using CryptoAspire.Storage.Queries;
using Npgsql;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>What made a candle, asked as the API asks: the candle with its sources and revisions, and the first hundred trades of it.</summary>
internal static class LineageBenchmark
{
    private const int Questions = 200;

    public static async Task RunAsync(Report report, SilverStack stack, string what)
    {
        var history = new CandleHistory(stack.Database);
        foreach (var interval in new[] { Interval.OneMinute, Interval.OneHour })
        {
            var times = new List<double>(Questions);
            foreach (var (symbol, start) in await CandlesAsync(stack, interval))
            {
                var clock = Stopwatch.StartNew();
                var lineage = await history.LineageAsync(symbol, Venue.All, interval, start, CancellationToken.None)
                    ?? throw new InvalidOperationException($"No lineage of {symbol} at {start:o}.");
                var trades = await history.TradesAsync(lineage.Candle, null, 100, CancellationToken.None);
                times.Add(clock.Elapsed.TotalMilliseconds);
                if (trades.Count != Math.Min(100, lineage.Candle.TradeCount))
                    throw new InvalidOperationException($"{trades.Count} trades of a candle of {lineage.Candle.TradeCount}.");
            }

            times.Sort();
            report.Add(new("Lineage", $"{interval.Name()} candle, {what}", "p50", times[times.Count / 2], "ms", Goal: 50, GoalIsCeiling: true));
            report.Add(new("Lineage", $"{interval.Name()} candle, {what}", "max", times[^1], "ms"));
        }
    }

    private static async Task<List<(string Symbol, DateTimeOffset Start)>> CandlesAsync(SilverStack stack, Interval interval)
    {
        await using var command = stack.Database.CreateCommand("select symbol, start from candle where venue = '*' and interval = $1 order by md5(symbol || start) limit $2");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = interval.Name() });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = Questions });
        await using var reader = await command.ExecuteReaderAsync();
        var candles = new List<(string, DateTimeOffset)>();
        while (await reader.ReadAsync())
            candles.Add((reader.GetString(0), reader.GetFieldValue<DateTimeOffset>(1)));
        return candles;
    }
}
