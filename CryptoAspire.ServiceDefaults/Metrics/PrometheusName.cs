using System.Text;

namespace CryptoAspire.ServiceDefaults.Metrics;

/// <summary>
/// Names as OpenTelemetry's Prometheus compatibility specification makes them: <c>http.server.request.duration</c> in
/// <c>s</c> is <c>http_server_request_duration_seconds</c>, a counter ends in <c>_total</c>.
/// </summary>
internal static class PrometheusName
{
    private static readonly Dictionary<string, string> Units = new()
    {
        ["d"] = "days", ["h"] = "hours", ["min"] = "minutes", ["s"] = "seconds", ["ms"] = "milliseconds", ["us"] = "microseconds", ["ns"] = "nanoseconds",
        ["By"] = "bytes", ["KiBy"] = "kibibytes", ["MiBy"] = "mebibytes", ["GiBy"] = "gibibytes", ["KBy"] = "kilobytes", ["MBy"] = "megabytes",
        ["%"] = "percent", ["Cel"] = "celsius", ["Hz"] = "hertz", ["m"] = "meters", ["V"] = "volts", ["A"] = "amperes", ["J"] = "joules", ["W"] = "watts", ["g"] = "grams"
    };

    public static string Of(string instrument, string? unit, MetricKind kind)
    {
        string name = Sanitize(instrument, allowColon: true);
        string suffix = UnitSuffix(unit, kind);
        if (suffix.Length > 0 && !name.EndsWith(suffix, StringComparison.Ordinal) && !(kind == MetricKind.Counter && name.EndsWith(suffix + "_total", StringComparison.Ordinal)))
            name = (name.EndsWith("_total", StringComparison.Ordinal) ? name[..^"_total".Length] : name) + "_" + suffix;
        if (kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal)) name += "_total";
        return name;
    }

    public static string Label(string key) => Sanitize(key, allowColon: false);

    private static string UnitSuffix(string? unit, MetricKind kind)
    {
        // Annotations in braces ({request}) count things and are no unit.
        if (string.IsNullOrEmpty(unit) || unit.Contains('{')) return "";
        if (unit == "1") return kind == MetricKind.Gauge ? "ratio" : "";
        int slash = unit.IndexOf('/', StringComparison.Ordinal);
        return slash > 0
            ? $"{Word(unit[..slash])}_per_{Word(unit[(slash + 1)..]).TrimEnd('s')}"
            : Word(unit);
    }

    private static string Word(string unit) => Units.TryGetValue(unit, out string? word) ? word : Sanitize(unit, allowColon: false);

    private static string Sanitize(string text, bool allowColon)
    {
        var result = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            bool allowed = char.IsAsciiLetterOrDigit(c) || (allowColon && c == ':');
            if (allowed) result.Append(c);
            else if (result.Length == 0 || result[^1] != '_') result.Append('_');
        }
        if (result.Length == 0 || char.IsAsciiDigit(result[0])) result.Insert(0, '_');
        return result.ToString();
    }
}
