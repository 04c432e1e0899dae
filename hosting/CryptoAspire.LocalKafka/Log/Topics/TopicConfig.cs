using System.Collections.Frozen;
using System.Globalization;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>A topic's settings: what was set for the topic over what was set for the broker over the built-in defaults. Immutable.</summary>
public sealed class TopicConfig
{
    /// <summary>Every setting that is honoured. Anything else is refused by name, nothing is silently ignored.</summary>
    public static IReadOnlyList<TopicConfigDefinition> Definitions { get; } =
    [
        TopicConfigDefinition.Choice("cleanup.policy", TopicConfigType.List,
            "What becomes of old segments. Only delete: this broker does not compact.", "delete"),
        TopicConfigDefinition.Choice("compression.type", TopicConfigType.Text,
            "Batches are stored as the producer compressed them.", "producer"),
        TopicConfigDefinition.Number("max.message.bytes", TopicConfigType.Int, 1_048_588, 0, int.MaxValue,
            "Largest record batch that is accepted, in bytes, after compression."),
        TopicConfigDefinition.Choice("message.timestamp.type", TopicConfigType.Text,
            "CreateTime keeps the producer's timestamps; LogAppendTime stamps each batch with the broker's clock.", "CreateTime", "LogAppendTime"),
        TopicConfigDefinition.Number("min.insync.replicas", TopicConfigType.Int, 1, 1, 1,
            "Always 1: there is one node."),
        TopicConfigDefinition.Number("retention.bytes", TopicConfigType.Long, -1, -1, long.MaxValue,
            "Size of a partition above which its oldest segments are deleted; -1 is unlimited."),
        TopicConfigDefinition.Number("retention.ms", TopicConfigType.Long, 604_800_000, -1, long.MaxValue,
            "Age above which segments are deleted, by the largest timestamp in the segment; -1 is unlimited."),
        TopicConfigDefinition.Number("segment.bytes", TopicConfigType.Int, 64 * 1024 * 1024, 1024, int.MaxValue,
            "Size at which a new segment is begun."),
        TopicConfigDefinition.Number("segment.ms", TopicConfigType.Long, 604_800_000, 1, long.MaxValue,
            "Age of a segment's first append at which a new segment is begun with the next append."),
    ];

    private static readonly FrozenDictionary<string, TopicConfigDefinition> ByName = Definitions.ToFrozenDictionary(d => d.Name, StringComparer.Ordinal);

    private readonly IReadOnlyDictionary<string, string> _brokerDefaults;

    private TopicConfig(IReadOnlyDictionary<string, string> overrides, IReadOnlyDictionary<string, string> brokerDefaults)
    {
        Overrides = overrides;
        _brokerDefaults = brokerDefaults;
        RetentionMs = Number("retention.ms");
        RetentionBytes = Number("retention.bytes");
        SegmentBytes = (int)Number("segment.bytes");
        SegmentMs = Number("segment.ms");
        MaxMessageBytes = (int)Number("max.message.bytes");
        LogAppendTime = Value("message.timestamp.type") == "LogAppendTime";
    }

    /// <summary>Settings without any override.</summary>
    public static TopicConfig Default { get; } = new(new Dictionary<string, string>(), new Dictionary<string, string>());

    /// <summary>What was set for the topic itself.</summary>
    public IReadOnlyDictionary<string, string> Overrides { get; }

    /// <summary>retention.ms; -1 keeps for ever.</summary>
    public long RetentionMs { get; }

    /// <summary>retention.bytes; -1 is unlimited.</summary>
    public long RetentionBytes { get; }

    /// <summary>segment.bytes.</summary>
    public int SegmentBytes { get; }

    /// <summary>segment.ms.</summary>
    public long SegmentMs { get; }

    /// <summary>max.message.bytes.</summary>
    public int MaxMessageBytes { get; }

    /// <summary>message.timestamp.type is LogAppendTime rather than CreateTime.</summary>
    public bool LogAppendTime { get; }

    /// <summary>Checks and combines settings.</summary>
    /// <param name="overrides">The topic's own settings.</param>
    /// <param name="brokerDefaults">The broker's, see <see cref="LogStoreOptions.TopicDefaults"/>.</param>
    /// <exception cref="InvalidTopicConfigException">An unknown setting or a value that is not accepted, named in the message.</exception>
    public static TopicConfig Create(IReadOnlyDictionary<string, string> overrides, IReadOnlyDictionary<string, string> brokerDefaults)
    {
        foreach (var (key, value) in brokerDefaults.Concat(overrides))
            Validate(key, value);
        return new TopicConfig(overrides.ToFrozenDictionary(StringComparer.Ordinal), brokerDefaults);
    }

    /// <summary>The effective value of a setting, as text.</summary>
    /// <exception cref="InvalidTopicConfigException">An unknown setting.</exception>
    public string Value(string key) =>
        Overrides.TryGetValue(key, out var own) ? own : DefaultValue(key);

    /// <summary>The value of a setting when the topic does not override it, as text.</summary>
    /// <exception cref="InvalidTopicConfigException">An unknown setting.</exception>
    public string DefaultValue(string key) =>
        _brokerDefaults.TryGetValue(key, out var broker) ? broker : Definition(key).Default;

    /// <summary>The same settings with other overrides.</summary>
    /// <exception cref="InvalidTopicConfigException">As <see cref="Create"/>.</exception>
    public TopicConfig WithOverrides(IReadOnlyDictionary<string, string> overrides) => Create(overrides, _brokerDefaults);

    /// <summary>Looks a setting up.</summary>
    /// <exception cref="InvalidTopicConfigException">An unknown setting.</exception>
    public static TopicConfigDefinition Definition(string key) =>
        ByName.GetValueOrDefault(key) ?? throw new InvalidTopicConfigException(key, $"Unknown topic config name: {key}. Supported: {string.Join(", ", ByName.Keys.Order())}.");

    /// <summary>Checks one setting.</summary>
    /// <exception cref="InvalidTopicConfigException">It is unknown or the value is not accepted.</exception>
    public static void Validate(string key, string? value)
    {
        var problem = Definition(key).Problem(value ?? "");
        if (problem is not null)
            throw new InvalidTopicConfigException(key, $"Invalid value {value ?? "null"} for configuration {key}: it {problem}.");
    }

    private long Number(string key) => long.Parse(Value(key), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
}
