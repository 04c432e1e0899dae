namespace CryptoAspire.Market.Signals;

/// <summary>The last <paramref name="length"/> values.</summary>
internal sealed class Window<T>(int length)
{
    private readonly T[] _values = new T[length];
    private int _next;

    public int Count { get; private set; }

    public bool IsFull => Count == length;

    public void Add(T value)
    {
        _values[_next] = value;
        _next = (_next + 1) % length;
        if (Count < length)
            Count++;
    }

    /// <summary>The newest values, newest first, as many as the target holds; the window must hold as many.</summary>
    public void CopyNewest(Span<T> target)
    {
        for (var i = 0; i < target.Length; i++)
            target[i] = _values[(_next - 1 - i + 2 * length) % length];
    }
}
