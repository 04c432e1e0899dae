namespace Aspire.Hosting.ApplicationModel;

/// <summary>Marks something that can be said about a resource.</summary>
public interface IResourceAnnotation;
