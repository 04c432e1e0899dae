using Confluent.Kafka;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.ServiceDefaults.Kafka;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.StreamProcessor.Tests;

/// <summary>A broker, a PostgreSQL and stream processors, all real processes of their own that a test may kill.</summary>
internal sealed class SilverSystem : IAsyncDisposable
{
    /// <summary>When a test gives up: processes are compiled as they start, a busy machine takes a while. What is bounded in time is measured for itself.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly List<ChildProcess> _processors = [];

    // The tests' own clients need the operating system's librdkafka prepared too.
    static SilverSystem() => KafkaNativeLibrary.Initialize();

    private SilverSystem(LocalKafkaProcess kafka, PostgresServer postgres, string connectionString)
    {
        Kafka = kafka;
        Postgres = postgres;
        ConnectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString + ";Command Timeout=300"); // the audit of a long run's candles takes minutes
        Producer = new ProducerBuilder<string, byte[]>(new ProducerConfig { BootstrapServers = kafka.BootstrapServers, EnableIdempotence = true, LingerMs = 1 }).SetLogHandler(static (_, _) => { }).Build();
    }

    public LocalKafkaProcess Kafka { get; }

    public PostgresServer Postgres { get; }

    public string ConnectionString { get; }

    public NpgsqlDataSource Database { get; }

    public IProducer<string, byte[]> Producer { get; }

    public static async Task<SilverSystem> StartAsync(IReadOnlyDictionary<string, string>? postgresSettings = null, IEnumerable<string>? brokerArguments = null)
    {
        var kafka = LocalKafkaProcess.StartAsync(brokerArguments);
        var postgres = PostgresServer.StartAsync(postgresSettings);
        return new SilverSystem(await kafka, await postgres, await (await postgres).CreateDatabaseAsync("crypto"));
    }

    /// <summary>Starts a processor; its health is at the port.</summary>
    public (ChildProcess Process, int Port) StartProcessor(params (string Name, string Value)[] settings)
    {
        var port = FreePort.Next();
        var environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__kafka"] = Kafka.BootstrapServers,
            ["ConnectionStrings__crypto"] = ConnectionString,
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{port}",
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        var process = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.StreamProcessor.dll")], environment);
        lock (_processors)
            _processors.Add(process);
        return (process, port);
    }

    /// <summary>Waits until the processor says that it is ready.</summary>
    public static async Task HealthyAsync(int port)
    {
        using var http = new HttpClient();
        await Eventually.Passes(
            async () =>
            {
                using var answer = await http.GetAsync($"http://127.0.0.1:{port}/health");
                Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            },
            Patience);
    }

    /// <summary>How many partitions the processor at the port owns, by its metrics.</summary>
    public static async Task<int> PartitionsAsync(int port)
    {
        using var http = new HttpClient();
        var metrics = await http.GetStringAsync($"http://127.0.0.1:{port}/metrics");
        var line = metrics.Split('\n').Single(static line => line.StartsWith("silver_partitions", StringComparison.Ordinal));
        return int.Parse(line[(line.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }

    public void Produce(in Trade trade) => Produce(trade.Symbol.Name, BronzeWriter.ToUtf8(trade));

    public void Produce(string key, byte[] value)
    {
        while (true)
        {
            try
            {
                Producer.Produce("crypto_prices", new Message<string, byte[]> { Key = key, Value = value });
                return;
            }
            catch (ProduceException<string, byte[]> failure) when (failure.Error.Code == ErrorCode.Local_QueueFull)
            {
                Producer.Poll(TimeSpan.FromMilliseconds(50));
            }
        }
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    /// <summary>Waits until Silver holds so many rows, through restarts of PostgreSQL.</summary>
    public Task RowsAsync(long count, TimeSpan? within = null) => Eventually.Passes(
        async () => Assert.Equal(count, await ScalarAsync<long>("select count(*) from crypto_prices_realtime")), within ?? Patience);

    /// <summary>The number of rows that a query finds.</summary>
    public Task<long> CountAsync(string sql) => ScalarAsync<long>($"select count(*) from ({sql}) q");

    public async ValueTask DisposeAsync()
    {
        Producer.Dispose();
        foreach (var processor in _processors)
            await processor.DisposeAsync();
        await Database.DisposeAsync();
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
