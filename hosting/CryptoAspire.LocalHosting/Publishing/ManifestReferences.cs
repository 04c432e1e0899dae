using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting.Publishing;

/// <summary>What the written values refer to: resources that the AppHost does not list, and encoded forms of parameters.</summary>
internal sealed class ManifestReferences
{
    private readonly HashSet<object> _seen = new(ReferenceEqualityComparer.Instance);
    private readonly List<IResource> _resources = [];
    private readonly List<ParameterResource> _encoded = [];
    private readonly HashSet<ParameterResource> _encodedTaken = [];

    public void Add(object value)
    {
        if (value is string || !_seen.Add(value))
        {
            return;
        }

        if (value is IResource resource)
        {
            _resources.Add(resource);
        }

        if (value is ReferenceExpression expression)
        {
            foreach (var (provider, format) in expression.ValueProviders.Zip(expression.StringFormats))
            {
                if (format is not null && provider is ParameterResource parameter && !_encoded.Contains(parameter) && !_encodedTaken.Contains(parameter))
                {
                    _encoded.Add(parameter);
                }
            }
        }

        if (value is IValueWithReferences { References: var references })
        {
            foreach (var reference in references)
            {
                Add(reference);
            }
        }
    }

    public IReadOnlyList<IResource> Unlisted(IEnumerable<IResource> listed) => [.. _resources.Except(listed)];

    public bool TakeEncoded(ParameterResource parameter) => _encoded.Remove(parameter) && _encodedTaken.Add(parameter);

    public IReadOnlyList<ParameterResource> TakeEncoded() => [.. _encoded.ToList().Where(TakeEncoded)];
}
