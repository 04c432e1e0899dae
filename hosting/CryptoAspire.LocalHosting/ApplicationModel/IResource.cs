namespace Aspire.Hosting.ApplicationModel;

/// <summary>A named part of the application: a service, a server, a database, a parameter.</summary>
public interface IResource
{
    /// <summary>The resource's name, unique without regard to case.</summary>
    string Name { get; }

    /// <summary>What has been said about the resource: endpoints, environment, waits.</summary>
    ResourceAnnotationCollection Annotations { get; }
}
