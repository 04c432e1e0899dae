namespace Aspire.Hosting.ApplicationModel;

/// <summary>A named fact about a resource.</summary>
public sealed record ResourcePropertySnapshot(string Name, object? Value);
