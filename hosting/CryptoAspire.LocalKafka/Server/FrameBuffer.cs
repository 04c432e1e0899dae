using System.Buffers;
using System.Runtime.InteropServices;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>
/// Contiguous memory of one request. Usual sizes come from the array pool; large ones from the operating system, so that
/// one 100 MB request does not stay in the process for good.
/// </summary>
internal sealed unsafe class FrameBuffer : MemoryManager<byte>
{
    private const int LargestPooled = 2 << 20;

    private byte[]? _pooled;
    private byte* _native;
    private readonly int _capacity;

    public FrameBuffer(int minimum)
    {
        if (minimum <= LargestPooled)
        {
            _pooled = ArrayPool<byte>.Shared.Rent(minimum);
            _capacity = _pooled.Length;
        }
        else
        {
            _native = (byte*)NativeMemory.Alloc((nuint)minimum);
            _capacity = minimum;
        }
    }

    public int Capacity => _capacity;

    public override Memory<byte> Memory => _pooled ?? CreateMemory(_capacity);

    public override Span<byte> GetSpan() => _pooled is { } array ? array : new Span<byte>(_native, _capacity);

    public override MemoryHandle Pin(int elementIndex = 0) => new(_native + elementIndex);

    public override void Unpin()
    {
    }

    public void Free() => Dispose(true);

    protected override void Dispose(bool disposing)
    {
        if (_pooled is { } array)
            ArrayPool<byte>.Shared.Return(array);
        _pooled = null;
        NativeMemory.Free(_native);
        _native = null;
    }
}
