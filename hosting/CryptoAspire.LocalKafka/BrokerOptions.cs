using CryptoAspire.LocalKafka.Log;

namespace CryptoAspire.LocalKafka;

/// <summary>Everything that can be set. Names and defaults of the command line and of configuration: <see cref="Cli.OptionCatalog"/>.</summary>
public sealed record BrokerOptions
{
    /// <summary>Port of the Kafka listener; 0 = a free one.</summary>
    public int Port { get; init; } = 9092;

    /// <summary>Address to bind; loopback unless told otherwise, because the broker has no authentication.</summary>
    public string Bind { get; init; } = "127.0.0.1";

    /// <summary>Host, or host:port, that clients are told to dial.</summary>
    public string Advertise { get; init; } = "127.0.0.1";

    /// <summary>Data directory.</summary>
    public string Data { get; init; } = ".data/kafka";

    /// <summary>When appends are forced to disk.</summary>
    public FlushMode Flush { get; init; } = FlushMode.Interval;

    /// <summary>Time between flushes with <see cref="FlushMode.Interval"/>.</summary>
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Default retention.ms of topics, in hours; -1 = for ever.</summary>
    public int RetentionHours { get; init; } = 168;

    /// <summary>Default retention.bytes of a partition; -1 = no limit.</summary>
    public long RetentionBytes { get; init; } = -1;

    /// <summary>Default segment.bytes.</summary>
    public int SegmentBytes { get; init; } = 64 << 20;

    /// <summary>Default max.message.bytes: the largest record batch.</summary>
    public int MaxMessageBytes { get; init; } = 1_048_588;

    /// <summary>Partitions of a topic that is created without a number.</summary>
    public int Partitions { get; init; } = 12;

    /// <summary>Whether Metadata creates topics that do not exist, for clients that allow it.</summary>
    public bool AutoCreate { get; init; } = true;

    /// <summary>Port of /health and /metrics; 0 = a free one, -1 = off.</summary>
    public int HttpPort { get; init; } = -1;

    /// <summary>Largest request.</summary>
    public int MaxFrameBytes { get; init; } = 100 << 20;

    /// <summary>Memory for requests that are being received or handled, over all connections.</summary>
    public long FrameMemoryBytes { get; init; } = 256 << 20;

    /// <summary>Connections at a time; further ones are closed at once.</summary>
    public int MaxConnections { get; init; } = 20_000;

    /// <summary>A request that has begun must go on arriving within this time.</summary>
    public TimeSpan ReceiveTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A client that does not take its response for so long is dropped.</summary>
    public TimeSpan SendTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A connection without requests for so long is closed (connections.max.idle.ms).</summary>
    public TimeSpan IdleTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>How long the first member of an empty group waits for others.</summary>
    public TimeSpan GroupInitialRebalanceDelay { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>How long the offsets of a group without members are kept.</summary>
    public TimeSpan OffsetsRetention { get; init; } = TimeSpan.FromDays(7);

    /// <summary>Longest transaction a client may ask for (transaction.max.timeout.ms).</summary>
    public TimeSpan TransactionMaxTimeout { get; init; } = TimeSpan.FromMinutes(15);

    /// <summary>Level of the log on stderr.</summary>
    public LogLevel LogLevel { get; init; } = LogLevel.Warning;
}
