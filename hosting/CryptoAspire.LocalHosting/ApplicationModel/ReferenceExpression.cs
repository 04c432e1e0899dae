using System.Globalization;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>
/// Text with holes for values that are known only when the application runs. Written as an interpolated string:
/// <c>ReferenceExpression.Create($"{endpoint.Property(EndpointProperty.Host)}:1")</c>.
/// </summary>
public sealed partial class ReferenceExpression : IExpressionValue, IValueWithReferences
{
    private readonly string?[] _stringFormats;

    private ReferenceExpression(string format, IValueProvider[] valueProviders, string[] manifestExpressions, string?[] stringFormats)
    {
        Format = format;
        ValueProviders = valueProviders;
        ManifestExpressions = manifestExpressions;
        _stringFormats = stringFormats;
    }

    /// <summary>The text as a composite format string.</summary>
    public string Format { get; }

    /// <summary>The values of the holes.</summary>
    public IReadOnlyList<IValueProvider> ValueProviders { get; }

    /// <summary>The expressions of the holes.</summary>
    public IReadOnlyList<string> ManifestExpressions { get; }

    /// <summary>The format of each hole: null, or "uri" for a value that is percent-encoded.</summary>
    public IReadOnlyList<string?> StringFormats => _stringFormats;

    /// <inheritdoc />
    public string ValueExpression =>
        string.Format(CultureInfo.InvariantCulture, Format, [.. ManifestExpressions.Select((e, i) => ValueFormat.Expression(e, _stringFormats[i]))]);

    /// <inheritdoc />
    IEnumerable<object> IValueWithReferences.References => ValueProviders;

    /// <summary>Creates the expression from an interpolated string.</summary>
    public static ReferenceExpression Create(in ExpressionInterpolatedStringHandler handler) => handler.GetExpression();

    /// <inheritdoc />
    public async ValueTask<string?> GetValueAsync(CancellationToken cancellationToken = default)
    {
        var values = new object?[ValueProviders.Count];
        for (var i = 0; i < values.Length; i++)
        {
            var value = await ValueProviders[i].GetValueAsync(cancellationToken).ConfigureAwait(false);
            values[i] = ValueFormat.Apply(value, _stringFormats[i]);
        }

        return string.Format(CultureInfo.InvariantCulture, Format, values);
    }
}
