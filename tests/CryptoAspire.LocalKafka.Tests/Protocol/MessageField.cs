using System.Reflection;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Protocol;

/// <summary>A property of a message and what its attributes and annotations declare about it.</summary>
public sealed record MessageField(PropertyInfo Property, short Since, short Until, bool IsNullable, short NullableSince)
{
    private static readonly Dictionary<Type, MessageField[]> s_cache = [];

    /// <summary>The fields of a message or of one of its parts.</summary>
    public static MessageField[] Of(Type type)
    {
        lock (s_cache)
        {
            if (s_cache.TryGetValue(type, out var known)) return known;
            var nullability = new NullabilityInfoContext();
            return s_cache[type] =
            [
                .. from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
                   where property.CanWrite
                   select new MessageField(
                       property,
                       property.GetCustomAttribute<SinceAttribute>()?.Version ?? 0,
                       property.GetCustomAttribute<UntilAttribute>()?.Version ?? short.MaxValue,
                       nullability.Create(property).WriteState == NullabilityState.Nullable,
                       property.GetCustomAttribute<NullableSinceAttribute>()?.Version ?? 0),
            ];
        }
    }

    public bool ExistsIn(short version) => version >= Since && version <= Until;

    public bool MayBeNullIn(short version) => IsNullable && version >= NullableSince;
}
