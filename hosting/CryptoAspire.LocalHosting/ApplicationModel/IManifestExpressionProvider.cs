namespace Aspire.Hosting.ApplicationModel;

/// <summary>Something that a manifest writes as an expression, for example <c>{kafka.connectionString}</c>.</summary>
public interface IManifestExpressionProvider
{
    /// <summary>The expression with its braces.</summary>
    string ValueExpression { get; }
}
