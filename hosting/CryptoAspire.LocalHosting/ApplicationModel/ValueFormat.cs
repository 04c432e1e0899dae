namespace Aspire.Hosting.ApplicationModel;

/// <summary>The one format that an expression's hole may have: "uri", percent-encoding.</summary>
internal static class ValueFormat
{
    private const string Uri = "uri";

    public static string? Apply(string? value, string? format) => format switch
    {
        null or "" => value,
        Uri => value is null ? null : System.Uri.EscapeDataString(value),
        _ => throw new FormatException($"The format '{format}' of an expression is not supported; the only one is '{Uri}'."),
    };

    /// <summary>The name of the manifest entry that holds the encoded form of <c>{name.value}</c>.</summary>
    public static string EncodedName(string name) => $"{name}-uri-encoded";

    public static string Expression(string expression, string? format)
    {
        if (string.IsNullOrEmpty(format))
        {
            return expression;
        }

        var name = expression.Trim('{', '}').Split('.')[0];
        return $"{{{EncodedName(name)}.value}}";
    }
}
