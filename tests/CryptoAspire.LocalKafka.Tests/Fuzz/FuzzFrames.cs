using System.Buffers;
using System.Buffers.Binary;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>
/// An endless row of hostile request frames; number <c>i</c> of a seed is always the same one. Their raw material: frames that real
/// clients sent, random messages of every API and version, and Produce requests whose record batches lie with a correct checksum.
/// </summary>
internal sealed class FuzzFrames(int seed, IReadOnlyList<byte[]> captured)
{
    private const int Block = 10_000;
    private const int RandomFramesPerBlock = 600;

    /// <summary>Topics that exist while the frames come, so that some of them go deep.</summary>
    public static readonly string[] Topics = ["captured", "trades", "crypto_prices", "a.b-c_d"];

    private long _block = -1;
    private byte[][] _random = [];

    public byte[] this[long index]
    {
        get
        {
            if (_block != index / Block) MakeBlock(index / Block);
            var random = new RandomMessages(HashCode(index));
            var whole = random.Random.Next(10) switch
            {
                < 4 => captured[random.Random.Next(captured.Count)],
                < 8 => _random[random.Random.Next(_random.Length)],
                _ => LyingProduce(random),
            };
            return random.Random.Next(10) == 0 ? whole : random.Mutate(whole);
        }
    }

    private void MakeBlock(long block)
    {
        var messages = new RandomMessages(HashCode(-1 - block));
        (_block, _random) = (block, [.. Enumerable.Range(0, RandomFramesPerBlock).Select(_ => messages.RequestFrame())]);
    }

    /// <summary>The same in every process, other than <see cref="System.HashCode"/>.</summary>
    private int HashCode(long index)
    {
        var x = (ulong)(index + 1) * 0x9E3779B97F4A7C15 ^ (ulong)seed * 0xD1B54A32D192ED03;
        x = (x ^ (x >> 32)) * 0xD6E8FEB86659FD93;
        return (int)(x ^ (x >> 32));
    }

    private static byte[] LyingProduce(RandomMessages messages)
    {
        var random = messages.Random;
        var version = (short)random.Next(3, 9);
        var transactional = random.Next(3) == 0;
        var request = new ProduceRequest
        {
            TransactionalId = transactional && random.Next(4) != 0 ? $"tx-{random.Next(20)}" : null,
            Acks = (short)(random.Next(8) == 0 ? 0 : random.Next(2) == 0 ? 1 : -1),
            TimeoutMs = 1_000,
            TopicData =
            [
                .. Enumerable.Range(0, random.Next(1, 3)).Select(_ => new ProduceRequest.TopicProduceData
                {
                    Name = Topics[random.Next(Topics.Length)],
                    PartitionData = [new() { Index = random.Next(3), Records = LyingBatch(messages, transactional) }],
                }),
            ],
        };
        var output = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(output);
        new RequestHeader(ApiKey.Produce, version, random.Next(), "fuzz").Write(writer);
        request.Write(writer, version);
        return output.WrittenSpan.ToArray();
    }

    private static byte[] LyingBatch(RandomMessages messages, bool transactional)
    {
        var random = messages.Random;
        var hasProducer = transactional || random.Next(2) == 0;
        var builder = new RecordBatchBuilder
        {
            BaseOffset = random.Next(4) == 0 ? random.NextInt64() : 0,
            ProducerId = hasProducer ? random.Next(30) : -1,
            ProducerEpoch = (short)(hasProducer ? random.Next(3) : -1),
            BaseSequence = hasProducer ? random.Next(6) switch { 0 => int.MaxValue, 1 => random.Next(), _ => random.Next(20) } : -1,
            IsTransactional = transactional,
            IsControl = random.Next(10) == 0,
        };
        for (var i = random.Next(1, 5); i > 0; i--) builder.Add(random.Next(5) == 0 ? random.NextInt64() : 1_700_000_000_000, messages.Bytes(random.Next(8)), messages.Bytes(random.Next(60)));
        var batch = builder.Build();
        for (var i = random.Next(3); i > 0; i--)
        {
            // Any field of the header or any byte of the records; then the checksum is made right again.
            var at = random.Next(3) == 0 ? random.Next(batch.Length) : random.Next(RecordBatchHeader.Size);
            if (random.Next(2) == 0) batch[at] = (byte)random.Next(256);
            else if (at + 4 <= batch.Length) BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(at), random.Next(3) switch { 0 => int.MaxValue, 1 => int.MinValue, _ => -1 });
        }

        BinaryPrimitives.WriteUInt32BigEndian(batch.AsSpan(RecordBatchHeader.CrcAt), RecordBatch.ComputeCrc(batch));
        return batch;
    }
}
