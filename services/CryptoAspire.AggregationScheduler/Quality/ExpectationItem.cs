using System.Globalization;
using System.Text.RegularExpressions;
using CryptoAspire.Market;
using CryptoAspire.Storage.Quality;
using YamlDotNet.RepresentationModel;

namespace CryptoAspire.AggregationScheduler.Quality;

/// <summary>Reads one item of the file, and says what is wrong with it.</summary>
internal sealed partial class ExpectationItem
{
    private static readonly string[] Common = ["name", "kind", "description", "owner", "severity", "enabled", "window", "dimension", "tolerance"];

    private readonly string _file;
    private readonly YamlMappingNode _item;
    private readonly Dictionary<string, YamlNode> _values = [];

    private ExpectationItem(YamlMappingNode item, string file)
    {
        _file = file;
        _item = item;
        foreach (var (key, value) in item.Children)
            _values[Scalar(key)] = value;
    }

    /// <exception cref="ExpectationFileException">Something is wrong.</exception>
    public static Expectation Read(YamlMappingNode node, string file) => new ExpectationItem(node, file).Read();

    private Expectation Read()
    {
        var name = Text("name") ?? throw Missing("name", "such as name: trades-have-sizes");
        if (!NameForm().IsMatch(name))
            throw Wrong("name", "is not a name.", "Use lower case letters, digits and hyphens, 80 at most.");
        var kind = Choice<ExpectationKind>("kind") ?? throw Missing("kind", $"one of {Names<ExpectationKind>()}");
        var rule = Rule(kind);
        Check(kind, rule);
        return new Expectation
        {
            Name = name,
            Kind = kind,
            Dimension = Choice<QualityDimension>("dimension") ?? Expectation.DimensionOf(kind),
            Severity = Choice<ExpectationSeverity>("severity") ?? ExpectationSeverity.Warning,
            Owner = Text("owner") ?? throw Missing("owner", "who is to look when it fails"),
            Description = Text("description") ?? throw Missing("description", "a sentence of what is expected"),
            Enabled = Flag("enabled") ?? true,
            Window = Duration("window") ?? TimeSpan.FromHours(1),
            Rule = rule,
        };
    }

    private ExpectationRule Rule(ExpectationKind kind)
    {
        var keys = Keys(kind);
        foreach (var key in _values.Keys.Except(Common).Except(keys))
            throw new ExpectationFileException(_file, _values[key].Start.Line, $"{key} is not a key of {Name(kind)}.", $"It takes {string.Join(", ", Common.Concat(keys))}.");
        var on = Text("on") ?? (kind == ExpectationKind.Agreement ? "candle" : null);
        if (on is null ? keys.Contains("on") : !QualityDataset.Names.Contains(on))
            throw on is null ? Missing("on", $"one of {string.Join(", ", QualityDataset.Names)}") : Wrong("on", "is not a set of rows.", $"Use one of {string.Join(", ", QualityDataset.Names)}.");
        var interval = Text("interval") ?? "1m";
        if (!Intervals.TryParse(interval, out _))
            throw Wrong("interval", "is not an interval.", "Use one of 1m, 5m, 15m, 1h, 4h, 1d.");
        var columns = List("column").Concat(List("columns")).ToList();
        if (columns.FirstOrDefault(static column => !ColumnForm().IsMatch(column)) is { } odd)
            throw Wrong(_values.ContainsKey("column") ? "column" : "columns", $"has '{odd}', which is not a column.", "Columns are lower case; for an expression use the kind consistency and holds.");
        if (Text("references") is { } references && !ReferenceForm().IsMatch(references))
            throw Wrong("references", "is not a column of a table.", "Write table.column.");
        return new ExpectationRule
        {
            On = on,
            Interval = interval,
            Where = Text("where"),
            Columns = columns,
            Min = Number("min"),
            Max = Number("max"),
            In = List("in"),
            Regex = Text("regex"),
            References = Text("references"),
            Holds = Text("holds"),
            Fold = Flag("fold") ?? false,
            Within = Duration("within"),
            MaxBps = Number("max_bps"),
            Of = Text("of"),
            Threshold = Number("threshold"),
            Query = Text("query")?.TrimEnd().TrimEnd(';'),
            Tolerance = Number("tolerance") is { } tolerance ? tolerance is >= 0 and <= 100 ? tolerance : throw Wrong("tolerance", "is not a percentage.", "Give 0 to 100.") : 0,
        };
    }

    private static string[] Keys(ExpectationKind kind) => kind switch
    {
        ExpectationKind.Completeness or ExpectationKind.Uniqueness => ["on", "interval", "where", "columns"],
        ExpectationKind.Validity => ["on", "interval", "where", "column", "min", "max", "in", "regex", "references"],
        ExpectationKind.Consistency => ["on", "interval", "where", "holds", "fold"],
        ExpectationKind.Freshness => ["on", "interval", "where", "column", "within"],
        ExpectationKind.Continuity => [],
        ExpectationKind.Agreement => ["on", "interval", "where", "max_bps"],
        ExpectationKind.Anomaly => ["on", "interval", "where", "of", "threshold"],
        _ => ["query"],
    };

    private void Check(ExpectationKind kind, ExpectationRule rule)
    {
        var inBuckets = rule.On is not ("silver" or "latest");
        switch (kind)
        {
            case ExpectationKind.Completeness when rule.Columns.Count == 0 && !inBuckets:
                throw Missing("columns", "the columns that must be there; without columns, on must be candle or Gold, whose buckets are then counted");
            case ExpectationKind.Uniqueness when rule.Columns.Count == 0:
                throw Missing("columns", "the columns that no two rows share");
            case ExpectationKind.Validity when rule.Columns.Count == 0:
                throw Missing("column", "the column that is looked at");
            case ExpectationKind.Validity when new[] { rule.Min is not null || rule.Max is not null, rule.In.Count > 0, rule.Regex is not null, rule.References is not null }.Count(static given => given) != 1:
                throw Wrong("name", "does not say what is valid, or says it twice.", "Give one of: min and max, in, regex, references.");
            case ExpectationKind.Consistency when (rule.Holds is not null) == rule.Fold:
                throw Wrong("name", "does not say what holds, or says it twice.", "Give holds: with a condition, or fold: true.");
            case ExpectationKind.Consistency when rule.Fold && !rule.On!.StartsWith("gold", StringComparison.Ordinal):
                throw Wrong("on", "is not Gold.", "fold compares Gold with Silver: use gold_10min, gold_hourly or gold_daily.");
            case ExpectationKind.Freshness when rule.Columns.Count == 0:
                throw Missing("column", "the time that is looked at, such as event_time");
            case ExpectationKind.Freshness when rule.Within is null:
                throw Missing("within", "how old the newest may be, such as 60s");
            case ExpectationKind.Agreement when rule.On != "candle":
                throw Wrong("on", "has no venues to compare.", "Use candle, or leave it out.");
            case ExpectationKind.Agreement when rule.MaxBps is not > 0:
                throw Missing("max_bps", "the largest distance from the venues' median in basis points, above 0");
            case ExpectationKind.Anomaly when !inBuckets:
                throw Wrong("on", "has no buckets.", "Use candle or Gold.");
            case ExpectationKind.Anomaly when rule.Of is null:
                throw Missing("of", "the value that is looked at, such as volume");
            case ExpectationKind.Anomaly when rule.Threshold is not > 0:
                throw Missing("threshold", "the largest robust z-score, such as 12");
            case ExpectationKind.Sql when rule.Query is null:
                throw Missing("query", "a select with the columns symbol, venue and ok");
        }
    }

    private string? Text(string key) => _values.TryGetValue(key, out var node) ? Scalar(node) is { Length: > 0 } text ? text : throw Wrong(key, "is empty.", "Give it a value, or leave it out.") : null;

    private IReadOnlyList<string> List(string key) => !_values.TryGetValue(key, out var node) ? [] : node is YamlSequenceNode items ? [.. items.Select(Scalar)] : [Scalar(node)];

    private decimal? Number(string key) => Text(key) is not { } text
        ? null
        : decimal.TryParse(text, NumberStyles.Number & ~NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number) ? number : throw Wrong(key, "is not a number.", "Write it like 0.5.");

    private bool? Flag(string key) => Text(key) switch
    {
        null => null,
        "true" => true,
        "false" => false,
        _ => throw Wrong(key, "is neither true nor false.", "Write true or false."),
    };

    private TimeSpan? Duration(string key)
    {
        if (Text(key) is not { } text)
            return null;
        var match = DurationForm().Match(text);
        if (!match.Success)
            throw Wrong(key, "is not a duration.", "Write it like 30s, 15m, 6h or 2d, 30 days at most.");
        var unit = match.Groups[2].Value switch { "s" => TimeSpan.FromSeconds(1), "m" => TimeSpan.FromMinutes(1), "h" => TimeSpan.FromHours(1), _ => TimeSpan.FromDays(1) };
        var duration = unit * int.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        return duration > TimeSpan.Zero && duration <= TimeSpan.FromDays(30) ? duration : throw Wrong(key, "is too long, or nothing.", "Give more than 0s and 30d at most.");
    }

    private T? Choice<T>(string key)
        where T : struct, Enum =>
        Text(key) is not { } text ? null : text.All(char.IsAsciiLetterLower) && Enum.TryParse<T>(text, ignoreCase: true, out var choice) ? choice : throw Wrong(key, "is not one.", $"Use one of {Names<T>()}.");

    private string Scalar(YamlNode node) => node is YamlScalarNode { Value: { } value }
        ? value
        : throw new ExpectationFileException(_file, node.Start.Line, "there is a list or a mapping where one value must be.", "Write key: value.");

    private ExpectationFileException Missing(string key, string what) => new(_file, _item.Start.Line, $"{key} is missing.", $"Give {key}: {what}.");

    private ExpectationFileException Wrong(string key, string what, string remedy)
    {
        var node = _values.GetValueOrDefault(key);
        return new(_file, node?.Start.Line ?? _item.Start.Line, $"{key} {(node is YamlScalarNode scalar ? $"'{scalar.Value}' " : "")}{what}", remedy);
    }

    private static string Name<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private static string Names<T>()
        where T : struct, Enum => string.Join(", ", Enum.GetValues<T>().Select(Name));

    [GeneratedRegex("^[a-z0-9](?:[a-z0-9-]{0,78}[a-z0-9])?$")]
    private static partial Regex NameForm();

    [GeneratedRegex("^[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex ColumnForm();

    [GeneratedRegex(@"^[a-z_][a-z0-9_]{0,62}\.[a-z_][a-z0-9_]{0,62}$")]
    private static partial Regex ReferenceForm();

    [GeneratedRegex("^([0-9]{1,7})([smhd])$")]
    private static partial Regex DurationForm();
}
