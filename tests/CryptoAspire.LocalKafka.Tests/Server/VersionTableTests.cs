using System.Buffers;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Server;

/// <summary>What is advertised is served over the wire, in every version, and nothing beyond it.</summary>
public class VersionTableTests(InProcessBroker broker) : IClassFixture<InProcessBroker>
{
    /// <summary>docs/kafka.md §2.3: key, lowest and highest version, first flexible version (0 = none).</summary>
    private static readonly (int Key, int Min, int Max, int Flexible)[] s_wanted =
    [
        (0, 0, 8, 9), (1, 0, 11, 12), (2, 0, 5, 6), (3, 0, 8, 9), (8, 0, 7, 8), (9, 0, 7, 6), (10, 0, 2, 3), (11, 0, 5, 6), (12, 0, 3, 4), (13, 0, 3, 4), (14, 0, 3, 4),
        (15, 0, 4, 5), (16, 0, 4, 3), (18, 0, 3, 3), (19, 0, 4, 5), (20, 0, 3, 4), (21, 0, 1, 2), (22, 0, 4, 2), (23, 0, 2, 4), (24, 0, 2, 3), (25, 0, 2, 3), (26, 0, 2, 3),
        (28, 0, 3, 3), (32, 0, 3, 4), (33, 0, 1, 2), (37, 0, 1, 2), (42, 0, 1, 2), (44, 0, 0, 1), (47, 0, 0, 0),
    ];

    public static TheoryData<ApiKey> Keys => [.. ApiVersionTable.All.Select(row => row.Key)];

    [Fact]
    public void The_table_is_the_one_that_was_tried_with_the_clients()
    {
        Assert.Equal(s_wanted.Select(w => (w.Key, w.Min, w.Max)), ApiVersionTable.All.Select(r => ((int)r.Key, (int)r.Min, (int)r.Max)));
        Assert.All(s_wanted, w => Assert.All(Enumerable.Range(w.Min, w.Max - w.Min + 1),
            version => Assert.Equal(w.Flexible > 0 && version >= w.Flexible, ApiVersionTable.IsFlexible((ApiKey)w.Key, (short)version))));
    }

    [Theory, MemberData(nameof(Keys))]
    public async Task Every_version_is_answered_in_its_own_form_and_the_next_one_is_not_served(ApiKey key)
    {
        Assert.True(ApiVersionTable.TryGet(key, out var range));
        var request = MessageType.All.Single(m => m.Api == key && !m.IsResponse);
        var response = MessageType.All.Single(m => m.Api == key && m.IsResponse);
        using (var raw = await RawConnection.ConnectAsync(broker.Host.Port))
        {
            for (var version = range.Min; version <= range.Max; version++)
            {
                var message = Activator.CreateInstance(request.Type)!;
                if (message is ProduceRequest produce)
                    produce.Acks = 1; // 0 would not be answered
                await raw.SendAsync(Frame(request, message, version, 100 + version));
                var answer = await raw.ReceiveAsync();
                Assert.True(answer is not null, $"{key} {version} closed the connection");
                var (id, body) = answer.Value;
                Assert.Equal(100 + version, id);
                // A flexible response has tagged fields in its header, but for that of ApiVersions.
                if (range.IsFlexible(version) && key != ApiKey.ApiVersions)
                {
                    Assert.Equal(0, body[0]);
                    body = body[1..];
                }
                response.FromBytes(body, version); // to the last byte
            }
        }

        using var beyond = await RawConnection.ConnectAsync(broker.Host.Port);
        await beyond.SendAsync(RawConnection.Header((short)key, (short)(range.Max + 1), 1));
        Assert.Equal(key == ApiKey.ApiVersions, await beyond.ReceiveAsync() is not null);
    }

    private static byte[] Frame(MessageType type, object message, short version, int correlationId)
    {
        var buffer = new ArrayBufferWriter<byte>();
        var writer = new KafkaWriter(buffer);
        new RequestHeader(type.Api, version, correlationId, "raw").Write(writer);
        type.Write(message, writer, version);
        return RawConnection.WithLength(buffer.WrittenSpan);
    }
}
