namespace CryptoAspire.Market.Bronze;

/// <summary>
/// Turns recurring UTF-8 names into one shared object without allocating. A fixed number of slots, each newcomer replaces the slot's
/// holder, so that hostile input costs speed and never memory. Not thread-safe.
/// </summary>
internal sealed class Utf8Cache<T>(Func<string, T?> create)
    where T : class
{
    private const int LongestName = 64;
    private readonly (byte[] Name, T Value)[] _slots = new (byte[], T)[1024];

    /// <summary>The object of that name; null when the name makes none.</summary>
    public T? Find(ReadOnlySpan<byte> name)
    {
        if (name.Length is 0 or > LongestName)
            return null;

        var hash = 2166136261u;
        foreach (var b in name)
            hash = (hash ^ b) * 16777619u;

        ref var slot = ref _slots[hash & 1023];
        if (slot.Name is not null && name.SequenceEqual(slot.Name))
            return slot.Value;

        if (name.ContainsAnyExceptInRange((byte)0x21, (byte)0x7e))
            return null;
        var value = create(System.Text.Encoding.ASCII.GetString(name));
        if (value is not null)
            slot = (name.ToArray(), value);
        return value;
    }
}
