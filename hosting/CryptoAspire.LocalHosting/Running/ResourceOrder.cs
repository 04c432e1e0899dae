using Aspire.Hosting.ApplicationModel;

namespace CryptoAspire.LocalHosting.Running;

/// <summary>How far each resource is from those that depend on nothing: the order of the shutdown is from far to near.</summary>
internal static class ResourceOrder
{
    public static IReadOnlyDictionary<IResource, int> Levels(IEnumerable<IResource> resources)
    {
        var levels = new Dictionary<IResource, int>();
        var open = new HashSet<IResource>();
        foreach (var resource in resources)
        {
            LevelOf(resource);
        }

        return levels;

        int LevelOf(IResource resource)
        {
            if (levels.TryGetValue(resource, out var known))
            {
                return known;
            }

            if (!open.Add(resource))
            {
                return 0; // two services that refer to each other: the edge that closes the circle does not count
            }

            return levels[resource] = DependenciesOf(resource).Select(d => LevelOf(d) + 1).DefaultIfEmpty(0).Max();
        }
    }

    private static IEnumerable<IResource> DependenciesOf(IResource resource) =>
        resource.Annotations.OfType<WaitAnnotation>().Select(w => w.Resource)
            .Concat(resource.Annotations.OfType<ResourceRelationshipAnnotation>().Select(r => r.Resource))
            .Concat(resource is IResourceWithParent child ? [child.Parent] : []);
}
