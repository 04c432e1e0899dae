using System.Globalization;
using Confluent.Kafka;
using Confluent.Kafka.Admin;
using CryptoAspire.Market;
using CryptoAspire.Market.Bronze;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Benchmarks.Silver;

/// <summary>A broker, a PostgreSQL with LocalHosting's settings, and the real stream processor: each a process of its own.</summary>
internal sealed class SilverStack : IAsyncDisposable
{
    public const string Topic = "crypto_prices";
    public const int Partitions = 12;

    private readonly string _connectionString;
    private ChildProcess? _processor;
    private int _port;

    private SilverStack(LocalKafkaProcess kafka, PostgresServer postgres, string connectionString)
    {
        Kafka = kafka;
        Postgres = postgres;
        _connectionString = connectionString;
        Database = NpgsqlDataSource.Create(connectionString + ";Command Timeout=600");
        Producer = new ProducerBuilder<string, byte[]>(new ProducerConfig
        {
            BootstrapServers = kafka.BootstrapServers,
            EnableIdempotence = true,
            LingerMs = 2,
            BatchSize = 1_000_000,
            QueueBufferingMaxMessages = 500_000,
            EnableDeliveryReports = false,
        }).Build();
    }

    public LocalKafkaProcess Kafka { get; }

    public PostgresServer Postgres { get; }

    public NpgsqlDataSource Database { get; }

    public IProducer<string, byte[]> Producer { get; }

    public ChildProcess Processor => _processor ?? throw new InvalidOperationException("The processor does not run.");

    /// <summary>Starts the broker with the topic, and the database.</summary>
    public static async Task<SilverStack> StartAsync()
    {
        var kafka = await LocalKafkaProcess.StartAsync();
        var postgres = await ProductPostgres.StartAsync();
        var stack = new SilverStack(kafka, postgres, await postgres.CreateDatabaseAsync("crypto"));
        using var admin = new DependentAdminClientBuilder(stack.Producer.Handle).Build();
        await admin.CreateTopicsAsync([new TopicSpecification { Name = Topic, NumPartitions = Partitions, ReplicationFactor = 1 }]);
        return stack;
    }

    /// <summary>Starts the processor and waits until it has joined its group.</summary>
    public async Task StartProcessorAsync(params (string Name, string Value)[] settings)
    {
        _port = FreePort.Next();
        var environment = new Dictionary<string, string?>
        {
            ["ConnectionStrings__kafka"] = Kafka.BootstrapServers,
            ["ConnectionStrings__crypto"] = _connectionString,
            ["ASPNETCORE_URLS"] = $"http://127.0.0.1:{_port}",
            ["DOTNET_gcServer"] = null,
            ["Logging__LogLevel__Npgsql"] = "Warning", // as in the service's appsettings.json, which is not where we start it
        };
        foreach (var (name, value) in settings)
            environment[name] = value;
        _processor = ChildProcess.Start("dotnet", [Path.Combine(AppContext.BaseDirectory, "CryptoAspire.StreamProcessor.dll")], environment);
        using var http = new HttpClient();
        await Eventually.True(
            async () =>
            {
                if (_processor.HasExited)
                    throw new InvalidOperationException($"The processor ended with {_processor.ExitCode}:\n{_processor.Output.Tail()}");
                try
                {
                    return (await http.GetAsync($"http://127.0.0.1:{_port}/health")).IsSuccessStatusCode;
                }
                catch (HttpRequestException)
                {
                    return false;
                }
            },
            TimeSpan.FromSeconds(60));
    }

    /// <summary>Stops it in good order.</summary>
    public async Task StopProcessorAsync()
    {
        await Processor.StopAsync(TimeSpan.FromSeconds(20));
        await Processor.DisposeAsync();
        _processor = null;
    }

    /// <summary>Produces trades of the tape as the producer service does, keyed by symbol; returns when all are acknowledged.</summary>
    public void Produce(TradeTape tape, long count)
    {
        for (long i = 0; i < count; i++)
            Produce(tape.Next());
        if (Producer.Flush(TimeSpan.FromMinutes(2)) != 0)
            throw new TimeoutException("Not every trade was acknowledged within two minutes.");
    }

    public void Produce(in Trade trade)
    {
        var message = new Message<string, byte[]> { Key = trade.Symbol.Name, Value = BronzeWriter.ToUtf8(trade) };
        while (true)
        {
            try
            {
                Producer.Produce(Topic, message);
                return;
            }
            catch (ProduceException<string, byte[]> failure) when (failure.Error.Code == ErrorCode.Local_QueueFull)
            {
                Producer.Poll(TimeSpan.FromMilliseconds(5));
            }
        }
    }

    /// <summary>A counter of the processor's /metrics.</summary>
    public async Task<double> MetricAsync(string name)
    {
        using var http = new HttpClient();
        var text = await http.GetStringAsync($"http://127.0.0.1:{_port}/metrics");
        return text.Split('\n').Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Sum(static line => double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    public async Task<T> ScalarAsync<T>(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        return (T)(await command.ExecuteScalarAsync())!;
    }

    public async Task ExecuteAsync(string sql)
    {
        await using var command = Database.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>The fence of each partition; none before there is a schema.</summary>
    public async Task<Dictionary<int, long>> OffsetsAsync()
    {
        var offsets = new Dictionary<int, long>();
        try
        {
            await using var command = Database.CreateCommand("select partition, next_offset from stream_offset");
            await using var reader = await command.ExecuteReaderAsync();
            while (await reader.ReadAsync())
                offsets[reader.GetInt32(0)] = reader.GetInt64(1);
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UndefinedTable)
        {
        }

        return offsets;
    }

    /// <summary>Records committed, all partitions together; 0 before there is a schema.</summary>
    public async Task<long> CommittedAsync()
    {
        try
        {
            return await ScalarAsync<long>("select coalesce(sum(consumed), 0)::bigint from stream_offset");
        }
        catch (PostgresException failure) when (failure.SqlState == PostgresErrorCodes.UndefinedTable)
        {
            return 0;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Producer.Dispose();
        if (_processor is not null)
            await _processor.DisposeAsync();
        await Database.DisposeAsync();
        await Kafka.DisposeAsync();
        await Postgres.DisposeAsync();
    }
}
