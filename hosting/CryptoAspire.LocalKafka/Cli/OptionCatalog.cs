using System.Globalization;
using System.Net;
using CryptoAspire.LocalKafka.Log;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>
/// Every setting once: its name on the command line, what it is, how its text is read. The same catalog serves the command
/// line (<c>--segment-bytes 1048576</c>), configuration (section LocalKafka, <c>SegmentBytes</c>) and the environment
/// (<c>LocalKafka__SegmentBytes</c>); the command line wins, then the environment, then appsettings.json.
/// </summary>
internal static class OptionCatalog
{
    private static readonly BrokerOptions s_default = new();

    public static IReadOnlyList<OptionDefinition> All { get; } =
    [
        new("port", "Port of the Kafka listener; 0 = a free one.", s_default.Port,
            (o, v) => o with { Port = Int("port", v, 0, 65_535) }),
        new("data", "Data directory; created when absent.", s_default.Data,
            (o, v) => o with { Data = Text("data", v, "give a directory.") }),
        new("advertise", "Host or host:port that clients are told to dial.", s_default.Advertise,
            (o, v) => o with { Advertise = Host("advertise", v) }),
        new("bind", "Address to listen on. The broker has no authentication: leave it on loopback.", s_default.Bind,
            (o, v) => o with { Bind = Address("bind", v) }),
        new("flush", "interval = fsync every flush-interval-ms; always = before every acknowledgement.", "interval",
            (o, v) => o with { Flush = Choice<FlushMode>("flush", v) }),
        new("flush-interval-ms", "Time between flushes with --flush interval.", (int)s_default.FlushInterval.TotalMilliseconds,
            (o, v) => o with { FlushInterval = Milliseconds("flush-interval-ms", v, 1, 3_600_000) }),
        new("retention-hours", "How long records are kept; -1 = for ever.", s_default.RetentionHours,
            (o, v) => o with { RetentionHours = Int("retention-hours", v, -1, 1_000_000) }),
        new("retention-bytes", "How much of a partition is kept; -1 = no limit.", s_default.RetentionBytes,
            (o, v) => o with { RetentionBytes = Long("retention-bytes", v, -1, long.MaxValue) }),
        new("segment-bytes", "Size at which a log segment is closed.", s_default.SegmentBytes,
            (o, v) => o with { SegmentBytes = Int("segment-bytes", v, 1_024, 1 << 30) }),
        new("max-message-bytes", "Largest record batch, unless the topic says otherwise.", s_default.MaxMessageBytes,
            (o, v) => o with { MaxMessageBytes = Int("max-message-bytes", v, 1_024, 100 << 20) }),
        new("partitions", "Partitions of a topic created without a number.", s_default.Partitions,
            (o, v) => o with { Partitions = Int("partitions", v, 1, 10_000) }),
        new("auto-create", "Create topics that clients ask for.", "true",
            (o, v) => o with { AutoCreate = Bool("auto-create", v) }),
        new("http-port", "Port of /health and /metrics; 0 = a free one, -1 = off.", s_default.HttpPort,
            (o, v) => o with { HttpPort = Int("http-port", v, -1, 65_535) }),
        new("max-frame-bytes", "Largest request.", s_default.MaxFrameBytes,
            (o, v) => o with { MaxFrameBytes = Int("max-frame-bytes", v, 65_536, 1 << 30) }),
        new("frame-memory-bytes", "Memory for requests in receipt, over all connections.", s_default.FrameMemoryBytes,
            (o, v) => o with { FrameMemoryBytes = Long("frame-memory-bytes", v, 1 << 20, 1L << 40) }),
        new("max-connections", "Connections at a time.", s_default.MaxConnections,
            (o, v) => o with { MaxConnections = Int("max-connections", v, 1, 1_000_000) }),
        new("receive-timeout-ms", "Longest pause inside a request.", (int)s_default.ReceiveTimeout.TotalMilliseconds,
            (o, v) => o with { ReceiveTimeout = Milliseconds("receive-timeout-ms", v, 100, 3_600_000) }),
        new("send-timeout-ms", "Longest wait for a client to take its response.", (int)s_default.SendTimeout.TotalMilliseconds,
            (o, v) => o with { SendTimeout = Milliseconds("send-timeout-ms", v, 100, 3_600_000) }),
        new("idle-timeout-ms", "Longest life of a connection without requests.", (int)s_default.IdleTimeout.TotalMilliseconds,
            (o, v) => o with { IdleTimeout = Milliseconds("idle-timeout-ms", v, 1_000, int.MaxValue) }),
        new("group-initial-rebalance-delay-ms", "How long the first member of a group waits for others.", (int)s_default.GroupInitialRebalanceDelay.TotalMilliseconds,
            (o, v) => o with { GroupInitialRebalanceDelay = Milliseconds("group-initial-rebalance-delay-ms", v, 0, 60_000) }),
        new("offsets-retention-minutes", "How long a group without members keeps its offsets.", (int)s_default.OffsetsRetention.TotalMinutes,
            (o, v) => o with { OffsetsRetention = TimeSpan.FromMinutes(Int("offsets-retention-minutes", v, 1, 10_000_000)) }),
        new("transaction-max-timeout-ms", "Longest transaction a client may ask for.", (int)s_default.TransactionMaxTimeout.TotalMilliseconds,
            (o, v) => o with { TransactionMaxTimeout = Milliseconds("transaction-max-timeout-ms", v, 1_000, int.MaxValue) }),
        new("log-level", "Log on stderr: trace, debug, information, warning, error, critical, none.", "warning",
            (o, v) => o with { LogLevel = Choice<LogLevel>("log-level", v) }),
    ];

    /// <summary>Defaults, then the section LocalKafka of <paramref name="configuration"/>, then <paramref name="commandLine"/>.</summary>
    /// <exception cref="OptionException">A value that cannot be used, or a configuration key that does not exist.</exception>
    public static BrokerOptions Read(IConfiguration configuration, IReadOnlyDictionary<string, string> commandLine)
    {
        var section = configuration.GetSection("LocalKafka");
        foreach (var key in section.GetChildren().Select(c => c.Key))
            if (!All.Any(d => d.ConfigurationKey.Equals(key, StringComparison.OrdinalIgnoreCase)))
                throw new OptionException($"LocalKafka:{key}", section[key] ?? "", $"there is no such setting; known are {string.Join(", ", All.Select(d => d.ConfigurationKey))}.");
        var options = s_default;
        foreach (var definition in All)
            if ((commandLine.GetValueOrDefault(definition.Name) ?? section[definition.ConfigurationKey]) is { } text)
                options = definition.Apply(options, text.Trim());
        if (options.MaxMessageBytes > options.MaxFrameBytes - 65_536)
            throw new OptionException("max-message-bytes", $"{options.MaxMessageBytes}", $"must fit into a request: raise --max-frame-bytes (now {options.MaxFrameBytes}) or lower it.");
        if (options.FrameMemoryBytes < options.MaxFrameBytes)
            throw new OptionException("frame-memory-bytes", $"{options.FrameMemoryBytes}", $"must hold one request of --max-frame-bytes ({options.MaxFrameBytes}) at least.");
        if (options.Port > 0 && options.Port == options.HttpPort)
            throw new OptionException("http-port", $"{options.HttpPort}", "is the Kafka listener's port already: give another one, 0 or -1.");
        return options;
    }

    private static int Int(string option, string value, int min, int max) => (int)Long(option, value, min, max);

    private static long Long(string option, string value, long min, long max) =>
        long.TryParse(value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number) && number >= min && number <= max
            ? number
            : throw new OptionException(option, value, $"give a whole number from {min} to {max}.");

    private static TimeSpan Milliseconds(string option, string value, int min, int max) => TimeSpan.FromMilliseconds(Int(option, value, min, max));

    private static bool Bool(string option, string value) =>
        bool.TryParse(value, out var flag) ? flag : throw new OptionException(option, value, "give true or false.");

    private static T Choice<T>(string option, string value) where T : struct, Enum =>
        Enum.GetNames<T>().Contains(value, StringComparer.OrdinalIgnoreCase)
            ? Enum.Parse<T>(value, ignoreCase: true)
            : throw new OptionException(option, value, $"give one of {string.Join(", ", Enum.GetNames<T>().Select(n => n.ToLowerInvariant()))}.");

    private static string Text(string option, string value, string remedy) =>
        value.Length > 0 ? value : throw new OptionException(option, value, remedy);

    private static string Address(string option, string value) =>
        IPAddress.TryParse(value, out _) ? value : throw new OptionException(option, value, "give an IP address, such as 127.0.0.1 or 0.0.0.0.");

    private static string Host(string option, string value)
    {
        var host = value.Split(':') is [var name, var port] && ushort.TryParse(port, out var number) && number > 0 ? name : value;
        return Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? value
            : throw new OptionException(option, value, "give a host name or address, with or without :port, such as 127.0.0.1.");
    }
}
