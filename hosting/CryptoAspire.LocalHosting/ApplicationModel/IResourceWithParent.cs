namespace Aspire.Hosting.ApplicationModel;

/// <summary>A resource that lives inside another one, as a database in its server.</summary>
public interface IResourceWithParent : IResource
{
    /// <summary>The resource that it lives in.</summary>
    IResource Parent { get; }
}

/// <inheritdoc cref="IResourceWithParent" />
public interface IResourceWithParent<out T> : IResourceWithParent where T : IResource
{
    /// <inheritdoc cref="IResourceWithParent.Parent" />
    new T Parent { get; }

    IResource IResourceWithParent.Parent => Parent;
}
