using System.Runtime.CompilerServices;
using System.Text;

namespace Aspire.Hosting.ApplicationModel;

public sealed partial class ReferenceExpression
{
    /// <summary>
    /// Collects an interpolated string without evaluating its holes. Without it <c>$"{kafka.Resource.Host}"</c> would
    /// silently bind to the overloads that take text.
    /// </summary>
    [InterpolatedStringHandler]
    public readonly ref struct ExpressionInterpolatedStringHandler
    {
        private readonly StringBuilder _format;
        private readonly List<IValueProvider> _values;
        private readonly List<string> _expressions;
        private readonly List<string?> _formats;

        /// <summary>Called by the compiler.</summary>
        public ExpressionInterpolatedStringHandler(int literalLength, int formattedCount)
        {
            _format = new StringBuilder(literalLength + (formattedCount * 3));
            _values = new List<IValueProvider>(formattedCount);
            _expressions = new List<string>(formattedCount);
            _formats = new List<string?>(formattedCount);
        }

        /// <summary>Adds fixed text.</summary>
        public void AppendLiteral(string value) => _format.Append(Escape(value));

        /// <summary>Adds fixed text.</summary>
        public void AppendFormatted(string? value, string? format = null) =>
            _format.Append(Escape(ValueFormat.Apply(value, format) ?? string.Empty));

        /// <summary>Adds a value that is known later.</summary>
        public void AppendFormatted<T>(T value, string? format = null) where T : IValueProvider, IManifestExpressionProvider
        {
            if (value is ReferenceExpression { ValueProviders.Count: 0 } text && format is null)
            {
                // A nested expression without holes is only text; writing it so keeps manifests short.
                _format.Append(text.Format);
                return;
            }

            _format.Append('{').Append(_values.Count).Append('}');
            _values.Add(value);
            _expressions.Add(value.ValueExpression);
            _formats.Add(format);
        }

        /// <summary>Adds a resource's value that is known later.</summary>
        public void AppendFormatted<T>(IResourceBuilder<T> value, string? format = null)
            where T : IResource, IValueProvider, IManifestExpressionProvider => AppendFormatted(value.Resource, format);

        internal ReferenceExpression GetExpression() => new(_format.ToString(), [.. _values], [.. _expressions], [.. _formats]);

        private static string Escape(string text) =>
            text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal);
    }
}
