using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Dashboard.Tests;

/// <summary>The dashboard as a process of its own over a real PostgreSQL and a real LocalKafka.</summary>
public sealed class DashboardSite : IAsyncLifetime
{
    /// <summary>What the API asks for when something is to be changed.</summary>
    public const string Key = "correct horse battery staple";

    private ChildProcess? _process;
    private ChildProcess? _api;
    private IHost _clients = null!;
    private IProducer<string, byte[]> _producer = null!;
    private string _connectionString = "";
    private long _tradeId;

    public int Port { get; } = FreePort.Next();

    public Uri Address => new($"http://127.0.0.1:{Port}");

    /// <summary>Where the dashboard looks for the API; nobody is there before <see cref="StartApiAsync"/>.</summary>
    public Uri ApiAddress { get; } = new($"http://127.0.0.1:{FreePort.Next()}");

    public LocalKafkaProcess Kafka { get; private set; } = null!;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public HttpClient Http { get; private set; } = null!;

    public ProcessOutput Output => _process!.Output;

    public async Task InitializeAsync()
    {
        _connectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("dashboard");
        Database = NpgsqlDataSource.Create(_connectionString);
        await new Migrator(Database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(default);
        Kafka = await LocalKafkaProcess.StartAsync();

        var builder = Host.CreateApplicationBuilder();
        builder.Configuration["ConnectionStrings:kafka"] = Kafka.BootstrapServers;
        builder.AddKafkaProducer<string, byte[]>("kafka", settings => settings.Config.LingerMs = 1);
        _clients = builder.Build();
        _producer = _clients.Services.GetRequiredService<IProducer<string, byte[]>>();
        using (var admin = new DependentAdminClientBuilder(_producer.Handle).Build())
        {
            await admin.CreateTopicsAsync(
            [
                new TopicSpecification { Name = "crypto_prices", NumPartitions = 12, ReplicationFactor = 1 },
                new TopicSpecification { Name = "crypto_candles", NumPartitions = 12, ReplicationFactor = 1 },
            ]);
        }

        Http = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false }) { BaseAddress = Address, Timeout = TimeSpan.FromSeconds(30) };
        await StartDashboardAsync();
    }

    public async Task DisposeAsync()
    {
        if (_process is not null)
            await _process.DisposeAsync();
        if (_api is not null)
            await _api.DisposeAsync();
        Http.Dispose();
        _clients.Dispose();
        await Kafka.DisposeAsync();
        await Database.DisposeAsync();
    }

    /// <summary>Starts the dashboard, again on the same port after <see cref="KillDashboardAsync"/>, and waits until it follows Kafka. One that runs is left alone.</summary>
    public async Task StartDashboardAsync()
    {
        if (_process is { HasExited: false })
            return;
        if (_process is not null)
            await _process.DisposeAsync();
        var process = _process = Start("web", "CryptoAspire.Dashboard", Address, ("services__api__http__0", ApiAddress.ToString()));
        await Eventually.True(() =>
        {
            Assert.False(process.HasExited, process.Output.Tail());
            return process.Output.Lines.Any(l => l.Contains("Following 24 partitions", StringComparison.Ordinal))
                && process.Output.Lines.Any(l => l.Contains("Now listening on", StringComparison.Ordinal));
        }, TimeSpan.FromSeconds(60));
    }

    /// <summary>Starts the API with <see cref="Key"/> and waits until it answers. One that runs is left alone.</summary>
    public async Task StartApiAsync()
    {
        if (_api is not null)
            return;
        var process = _api = Start("services", "CryptoAspire.Api", ApiAddress, ("Api__Key", Key));
        await Eventually.True(() =>
        {
            Assert.False(process.HasExited, process.Output.Tail());
            return process.Output.Lines.Any(l => l.Contains("Now listening on", StringComparison.Ordinal));
        }, TimeSpan.FromSeconds(60));
    }

    public Task KillDashboardAsync() => _process!.KillAsync();

    /// <summary>Stops it from answering, without ending it (SIGSTOP), until it is thawed.</summary>
    public void FreezeDashboard() => _process!.Send(ProcessSignal.Stop);

    public void ThawDashboard() => _process!.Send(ProcessSignal.Continue);

    /// <summary>A trade with the next id, now.</summary>
    public Trade NextTrade(string symbol, decimal price, string source = "coinbase-sim", decimal size = 0.5m) => new()
    {
        Symbol = Symbol.Parse(symbol),
        Source = source,
        TradeId = Interlocked.Increment(ref _tradeId),
        EventTimeUs = UnixMicroseconds.Of(DateTimeOffset.UtcNow),
        ReceivedUs = UnixMicroseconds.Of(DateTimeOffset.UtcNow),
        Price = price,
        Size = size,
        Side = Side.Buy,
    };

    public Task ProduceAsync(Trade trade) =>
        _producer.ProduceAsync("crypto_prices", new Message<string, byte[]> { Key = trade.Symbol.Name, Value = BronzeWriter.ToUtf8(trade) });

    public Task ProduceAsync(Ticker ticker) =>
        _producer.ProduceAsync("crypto_prices", new Message<string, byte[]> { Key = ticker.Symbol.Name, Value = BronzeWriter.ToUtf8(ticker) });

    /// <summary>Any bytes, for what cannot be read.</summary>
    public Task ProduceRawAsync(string key, byte[] value) => _producer.ProduceAsync("crypto_prices", new Message<string, byte[]> { Key = key, Value = value });

    /// <summary>Hands a trade to the producer's queue; many go out in one batch.</summary>
    public void Queue(Trade trade) =>
        _producer.Produce("crypto_prices", new Message<string, byte[]> { Key = trade.Symbol.Name, Value = BronzeWriter.ToUtf8(trade) });

    public Task AnnounceAsync(Candle candle) =>
        _producer.ProduceAsync("crypto_candles", new Message<string, byte[]> { Key = candle.Symbol, Value = CandleCodec.ToUtf8(candle) });

    /// <summary>A one-minute candle of all venues; the close moves with the revision.</summary>
    public static Candle CandleOf(string symbol, DateTimeOffset start, long revision, decimal open = 100) => new()
    {
        Symbol = symbol, Venue = Venue.All, Interval = Interval.OneMinute, Start = start,
        Open = open, High = open + 20, Low = open - 10, Close = open + revision % 20, Volume = 5 + revision, Notional = (5 + revision) * open, BuyVolume = 2,
        TradeCount = 3 + revision, Revision = revision, Status = CandleStatus.Open,
    };

    public async Task StoreAsync(Candle candle)
    {
        await using var command = Database.CreateCommand(
            """
            insert into candle (symbol, venue, interval, start, open, high, low, close, volume, notional, buy_volume, trade_count, price_sum, price_square_sum,
                                open_time, open_venue, open_trade_id, close_time, close_venue, close_trade_id, revision, status, updated_at)
            values ($1, '*', $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, 0, $3, 'coinbase-sim', 1, $3, 'coinbase-sim', 2, $12, 'open', now())
            on conflict (symbol, venue, interval, start) do update
            set high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume, notional = excluded.notional,
                trade_count = excluded.trade_count, revision = excluded.revision
            """);
        foreach (var value in new object[]
        {
            candle.Symbol, candle.Interval.Name(), candle.Start.ToUniversalTime(), candle.Open, candle.High, candle.Low, candle.Close, candle.Volume, candle.Notional, candle.BuyVolume,
            candle.TradeCount, candle.Revision,
        })
        {
            command.Parameters.AddWithValue(value);
        }

        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Makes the database's newest price of a symbol.</summary>
    public Task StorePriceAsync(string symbol, decimal price, DateTimeOffset eventTime, string source = "coinbase-sim") => ExecuteAsync(
        string.Create(CultureInfo.InvariantCulture, $"""
        insert into latest_price (symbol, source, price, event_time, trade_id, last_price, processed_at)
        values ('{symbol}', '{source}', {price}, '{eventTime.UtcDateTime:O}', 1, {price}, now())
        on conflict (symbol, source) do update set price = excluded.price, event_time = excluded.event_time, processed_at = now()
        """));

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private ChildProcess Start(string folder, string name, Uri address, params (string Name, string Value)[] settings)
    {
        var project = Path.Combine(RepositoryRoot.Path, folder, name);
        var configuration = Directory.GetParent(AppContext.BaseDirectory.TrimEnd('/'))!.Name;
        var environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__crypto"] = _connectionString,
            ["ConnectionStrings__kafka"] = Kafka.BootstrapServers,
            ["DOTNET_ENVIRONMENT"] = "Production",
        };
        foreach (var (setting, value) in settings)
            environment[setting] = value;
        return ChildProcess.Start("dotnet", [Path.Combine(project, "bin", configuration, $"net10.0/{name}.dll"), "--urls", address.ToString()], environment, project);
    }
}
