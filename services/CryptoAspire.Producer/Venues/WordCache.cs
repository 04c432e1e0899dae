using System.Text;

namespace CryptoAspire.Producer.Venues;

/// <summary>
/// Turns words that recur in messages (product ids) into one string each, without allocating again. It has a fixed number of slots, of which a newcomer takes
/// its predecessor's, so hostile input costs speed and never memory. For one thread.
/// </summary>
public sealed class WordCache
{
    public const int LongestWord = 64;
    private const int Slots = 2048;

    private (byte[]? Utf8, string Word)[]? slots;   // made with the first word

    /// <summary>The word, or null when it is empty, too long or not printable ASCII.</summary>
    public string? Find(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length is 0 or > LongestWord) return null;
        var hash = 2166136261u;
        foreach (var b in utf8) hash = (hash ^ b) * 16777619u;
        ref var slot = ref (slots ??= new (byte[]?, string)[Slots])[hash & (Slots - 1)];
        if (slot.Utf8 is not null && utf8.SequenceEqual(slot.Utf8)) return slot.Word;
        if (utf8.ContainsAnyExceptInRange((byte)0x21, (byte)0x7E)) return null;
        slot = (utf8.ToArray(), Encoding.ASCII.GetString(utf8));
        return slot.Word;
    }
}
