using System.Collections;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>Compares what was written with what was read, field by field, knowing which fields the version has.</summary>
public static class MessageComparison
{
    /// <summary>Path and values of the first difference, or null. A field that the version lacks must have its default.</summary>
    public static string? FirstDifference(object written, object read, short version)
    {
        var defaults = Activator.CreateInstance(read.GetType())!;
        foreach (var field in MessageField.Of(read.GetType()))
        {
            var expected = field.Property.GetValue(field.ExistsIn(version) ? written : defaults);
            var difference = Difference(expected, field.Property.GetValue(read), version);
            if (difference is not null) return $"{read.GetType().Name}.{field.Property.Name}: {difference}";
        }
        return null;
    }

    private static string? Difference(object? expected, object? actual, short version)
    {
        if (expected is null || actual is null) return expected is null && actual is null ? null : $"expected {expected ?? "null"}, was {actual ?? "null"}";
        if (expected is ReadOnlyMemory<byte> memory)
            return memory.Span.SequenceEqual(((ReadOnlyMemory<byte>)actual).Span) ? null : "record bytes differ";
        if (expected is string || expected is not IEnumerable items)
            return IsPart(expected) ? FirstDifference(expected, actual, version) : expected.Equals(actual) ? null : $"expected {expected}, was {actual}";
        var left = items.Cast<object>().ToArray();
        var right = ((IEnumerable)actual).Cast<object>().ToArray();
        if (left.Length != right.Length) return $"expected {left.Length} elements, were {right.Length}";
        return left.Zip(right, (l, r) => Difference(l, r, version)).FirstOrDefault(d => d is not null);
    }

    private static bool IsPart(object value) =>
        value.GetType().GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(IKafkaStruct<>));
}
