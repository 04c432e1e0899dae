using System.Text;

namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// Hands out the same string for the same topic or client name, so that a busy connection does not allocate it per request.
/// Fixed size, no lock: a collision replaces the slot, a race costs one allocation.
/// </summary>
internal static class NameCache
{
    /// <summary>Kafka's longest topic name; anything longer is not worth keeping.</summary>
    private const int MaxLength = 249;

    private static readonly string?[] s_slots = new string?[1024];

    /// <summary>The text of <paramref name="utf8"/>, or null when it is not plain ASCII or too long to cache.</summary>
    public static string? TryGet(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > MaxLength) return null;
        ref var slot = ref s_slots[Hash(utf8) % (uint)s_slots.Length];
        var cached = Volatile.Read(ref slot);
        if (cached is not null && Ascii.Equals(utf8, cached)) return cached;
        if (!Ascii.IsValid(utf8)) return null;
        cached = Encoding.ASCII.GetString(utf8);
        Volatile.Write(ref slot, cached);
        return cached;
    }

    private static uint Hash(ReadOnlySpan<byte> bytes)
    {
        var hash = 2166136261u; // FNV-1a: short names, and a hostile collision only evicts
        foreach (var b in bytes) hash = (hash ^ b) * 16777619u;
        return hash ^ (hash >> 16);
    }
}
