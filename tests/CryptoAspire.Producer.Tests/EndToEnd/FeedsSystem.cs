using System.Net.Http.Json;
using System.Text.Json;
using CryptoAspire.MarketSimulator.Markets;
using CryptoAspire.MarketSimulator.Markets.Synthetic;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Producer.Tests.EndToEnd;

/// <summary>A broker, a PostgreSQL, a simulator, a stream processor and any number of producers, all processes of their own.</summary>
internal sealed class FeedsSystem : IAsyncDisposable
{
    private static readonly HttpClient Http = new() { Timeout = TimeSpan.FromSeconds(20) };

    private readonly List<ServiceProcess> producers = [];
    private readonly int ticksPerSecond;
    private ChildProcess? processor;

    private FeedsSystem(LocalKafkaProcess kafka, PostgresServer postgres, string connectionString, int ticksPerSecond)
    {
        Kafka = kafka;
        Postgres = postgres;
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString);
        this.ticksPerSecond = ticksPerSecond;
        Simulator = ServiceProcess.Simulator($"--Simulator:TicksPerSecond={ticksPerSecond}");
    }

    public LocalKafkaProcess Kafka { get; }

    public PostgresServer Postgres { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public ServiceProcess Simulator { get; }

    public IReadOnlyList<ServiceProcess> Producers => producers;

    public static async Task<FeedsSystem> StartAsync(int ticksPerSecond)
    {
        var kafka = LocalKafkaProcess.StartAsync();
        var postgres = PostgresServer.StartAsync();
        var system = new FeedsSystem(await kafka, await postgres, await (await postgres).CreateDatabaseAsync("crypto"), ticksPerSecond);
        system.processor = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.StreamProcessor.dll"), $"--urls=http://127.0.0.1:{FreePort.Next()}"],
            new Dictionary<string, string?> { ["ConnectionStrings__kafka"] = system.Kafka.BootstrapServers, ["ConnectionStrings__crypto"] = system.ConnectionString });
        return system;
    }

    public ServiceProcess StartProducer(params string[] arguments)
    {
        var producer = ServiceProcess.Producer(Kafka.BootstrapServers, Simulator.Address, ["--Feeds:Mode=simulated", "--Feeds:Venues=coinbase;binance", $"--ConnectionStrings:crypto={ConnectionString}", .. arguments]);
        producers.Add(producer);
        return producer;
    }

    public async Task FaultAsync(string kind, string venue = "*", double seconds = 5, double share = 1, double offset = 0)
    {
        using var answer = await Http.PostAsync(new Uri(Simulator.Address, FormattableString.Invariant($"faults/{kind}?venue={venue}&seconds={seconds}&share={share}&offset={offset}")), null);
        answer.EnsureSuccessStatusCode();
    }

    public async Task NoFaultsAsync()
    {
        using var answer = await Http.DeleteAsync(new Uri(Simulator.Address, "faults"));
        answer.EnsureSuccessStatusCode();
    }

    public async Task<JsonElement> FaultsAsync() => await Http.GetFromJsonAsync<JsonElement>(new Uri(Simulator.Address, "faults"));

    /// <summary>What Silver holds of each series: rows, distinct trades, first and last id.</summary>
    public async Task<IReadOnlyList<SilverSeries>> SilverAsync()
    {
        await using var command = Database.CreateCommand(
            """
            select source, symbol, count(*), count(distinct trade_id), min(trade_id), max(trade_id)
            from crypto_prices_realtime
            where trade_id is not null
            group by source, symbol
            order by source, symbol
            """);
        await using var reader = await command.ExecuteReaderAsync();
        var series = new List<SilverSeries>();
        while (await reader.ReadAsync()) series.Add(new(reader.GetString(0), reader.GetString(1), reader.GetInt64(2), reader.GetInt64(3), reader.GetInt64(4), reader.GetInt64(5)));
        return series;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The states of all requests that somebody made.</summary>
    public async Task<List<string>> HistoryStatesAsync()
    {
        await using var command = Database.CreateCommand("select state from history_request where reason = 'asked for' order by id");
        await using var reader = await command.ExecuteReaderAsync();
        var states = new List<string>();
        while (await reader.ReadAsync()) states.Add(reader.GetString(0));
        return states;
    }

    /// <summary>How many tickers Silver holds, and how many moments of a source's symbol they are of.</summary>
    public async Task<(long Rows, long Moments)> TickersAsync()
    {
        await using var command = Database.CreateCommand("select count(*), count(distinct (source, symbol, event_time)) from crypto_prices_realtime where trade_id is null");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>Rows of <c>feed_gap</c> in that state.</summary>
    public async Task<long> GapsAsync(string state)
    {
        await using var command = Database.CreateCommand("select count(*) from feed_gap where state = $1");
        command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = state });
        return (long)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>
    /// Compares every trade in Silver with the one that the market made: the synthetic market is a function of its seed, so it can be asked again.
    /// Returns how many were compared.
    /// </summary>
    public async Task<long> CompareWithMarketAsync()
    {
        var market = new SyntheticMarket(seed: 7, ticksPerSecond, TimeProvider.System);
        long compared = 0;
        foreach (var series in await SilverAsync())
        {
            var venue = series.Source[..series.Source.IndexOf('-')];
            var instrument = market.InstrumentsOf(venue).Single(i => $"{i.Base}-{i.Quote}" == series.Symbol);
            await using var command = Database.CreateCommand("select trade_id, price, size, side from crypto_prices_realtime where source = $1 and symbol = $2 and trade_id is not null order by trade_id");
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = series.Source });
            command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = series.Symbol });
            await using var reader = await command.ExecuteReaderAsync();
            var made = new Queue<MarketTrade>();
            while (await reader.ReadAsync())
            {
                var id = reader.GetInt64(0);
                if (made.Count == 0) made = new Queue<MarketTrade>(market.TradesFrom(instrument, id, 5_000));
                var trade = made.Dequeue();
                Assert.Equal((trade.Id, trade.Price, trade.Size, trade.TakerBuys ? "buy" : "sell"), (id, reader.GetDecimal(1), reader.GetDecimal(2), reader.GetString(3)));
                compared++;
            }
        }
        return compared;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var producer in producers) await producer.DisposeAsync();
        if (processor is not null) await processor.DisposeAsync();
        await Simulator.DisposeAsync();
        await Database.DisposeAsync();
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
