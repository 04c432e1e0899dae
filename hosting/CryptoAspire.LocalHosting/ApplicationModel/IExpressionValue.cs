namespace Aspire.Hosting.ApplicationModel;

/// <summary>A value when the application runs and an expression when it is published.</summary>
public interface IExpressionValue : IValueProvider, IManifestExpressionProvider;
