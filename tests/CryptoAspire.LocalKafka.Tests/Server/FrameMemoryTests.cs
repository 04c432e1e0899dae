using System.IO.Pipelines;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Server;

public class FrameMemoryTests
{
    [Fact]
    public void The_half_request_that_has_waited_longest_pays_for_room()
    {
        var memory = new FrameMemory(100);
        var (a, b, c) = (new Holder(), new Holder(), new Holder());
        Assert.True(memory.TryReserve(a, 40));
        Assert.True(memory.TryReserve(b, 40));
        memory.Touch(a);
        Assert.True(memory.TryReserve(c, 40));
        Assert.Equal((false, true, false), (a.Closed, b.Closed, c.Closed));
        memory.Release(b);
        Assert.Equal(80, memory.HeldBytes);
    }

    [Fact]
    public void A_request_that_has_arrived_is_never_given_up()
    {
        var memory = new FrameMemory(100);
        var (a, b) = (new Holder(), new Holder());
        Assert.True(memory.TryReserve(a, 80));
        memory.Complete(a);
        Assert.False(memory.TryReserve(b, 40));
        Assert.False(a.Closed);
        memory.Release(a);
        Assert.True(memory.TryReserve(b, 40));
        memory.Release(b);
        Assert.Equal(0, memory.HeldBytes);
    }

    [Fact]
    public async Task A_large_announcement_takes_no_more_memory_than_has_come()
    {
        var pipe = new Pipe();
        var memory = new FrameMemory(1 << 30);
        var holder = new Holder();
        var reader = new FrameReader(pipe.Reader, memory, holder, 100 << 20, () => { });
        var reading = reader.ReadAsync(CancellationToken.None).AsTask();
        await pipe.Writer.WriteAsync(new byte[] { 6, 0, 0, 0 }); // 100,663,296 bytes to come
        await pipe.Writer.WriteAsync(new byte[1_000]);
        await Eventually.True(() => memory.HeldBytes > 0);
        await Task.Delay(50);
        Assert.InRange(memory.HeldBytes, 1, 16 << 10);
        await pipe.Writer.CompleteAsync();
        Assert.False((await reading).Found);
        reader.Release();
        Assert.Equal(0, memory.HeldBytes);
    }

    [Theory]
    [InlineData(8)]
    [InlineData(16_384)]
    [InlineData(3_000_000)]
    public async Task A_request_in_any_pieces_comes_out_whole(int length)
    {
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 0));
        var holder = new Holder();
        var reader = new FrameReader(pipe.Reader, new FrameMemory(1 << 30), holder, 100 << 20, () => { });
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        for (var frame = 0; frame < 2; frame++)
        {
            var reading = reader.ReadAsync(CancellationToken.None).AsTask();
            await pipe.Writer.WriteAsync(new[] { (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length });
            for (var at = 0; at < length;)
            {
                var part = Math.Min(Random.Shared.Next(1, 100_000), length - at);
                await pipe.Writer.WriteAsync(bytes.AsMemory(at, part));
                at += part;
            }
            var (found, got) = await reading;
            Assert.True(found);
            Assert.True(got.Span.SequenceEqual(bytes));
            reader.Release();
        }
    }

    [Fact]
    public async Task A_length_beyond_the_cap_is_a_protocol_error()
    {
        var pipe = new Pipe();
        var reader = new FrameReader(pipe.Reader, new FrameMemory(1 << 30), new Holder(), 1_000, () => { });
        await pipe.Writer.WriteAsync(new byte[] { 0, 0, 4, 0 });
        await Assert.ThrowsAsync<ProtocolException>(() => reader.ReadAsync(CancellationToken.None).AsTask());
    }

    private sealed class Holder : IFrameHolder
    {
        public bool Closed { get; private set; }

        public long HeldBytes { get; set; }

        public bool Evicted { get; set; }

        public LinkedListNode<IFrameHolder>? Receiving { get; set; }

        public void Evict() => Closed = true;
    }
}
