using System.Buffers.Binary;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Durability;

/// <summary>Data of a later version, in each file that carries one, and the lock of a broker that was killed.</summary>
public sealed class DataVersionTests
{
    [Theory]
    [InlineData("meta.properties")]
    [InlineData("topics.json")]
    [InlineData("groups.log")]
    [InlineData("transactions.log")]
    public async Task A_file_of_an_unknown_version_is_named_and_left_as_it_is(string file)
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        await ConfluentAdmin.CreateTopicAsync(broker.BootstrapServers, "precious");
        Records.Commit(broker.BootstrapServers, "precious", new Confluent.Kafka.TopicPartitionOffset("precious", 0, 1));
        Assert.True(await broker.StopAsync(), "the broker had to be killed");
        var path = Path.Combine(broker.DataDirectory, file);
        await MakeUnknownAsync(path);
        var before = await File.ReadAllBytesAsync(path);
        var refused = await Assert.ThrowsAsync<InvalidOperationException>(broker.RestartAsync);
        Assert.Equal((int)ExitCode.UnknownDataVersion, broker.ExitCode);
        var line = refused.Message.Split('\n')[^1];
        Assert.Contains("99", line, StringComparison.Ordinal);
        Assert.Contains(path, line, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllBytesAsync(path));
    }

    [Fact]
    public async Task The_data_directory_of_a_killed_broker_is_free_at_once()
    {
        await using var broker = await LocalKafkaProcess.StartAsync();
        await broker.KillAsync();
        await using var next = await LocalKafkaProcess.StartAsync(null, broker.DataDirectory);
        await ConfluentAdmin.CreateTopicAsync(next.BootstrapServers, "mine");
    }

    private static async Task MakeUnknownAsync(string path)
    {
        if (path.EndsWith(".log", StringComparison.Ordinal))
        {
            // One more entry, whole and with the right checksum, that only a later broker understands.
            byte[] payload = [1, 2, 3];
            var frame = new byte[9 + payload.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame, payload.Length);
            frame[8] = 99;
            payload.CopyTo(frame, 9);
            BinaryPrimitives.WriteUInt32BigEndian(frame.AsSpan(4), Crc32C.Compute(frame.AsSpan(8)));
            await File.AppendAllBytesAsync(path, frame);
            return;
        }

        var text = await File.ReadAllTextAsync(path);
        var unknown = System.Text.RegularExpressions.Regex.Replace(text, "(\"?[vV]ersion\"?[:=] ?)[01]\\b", "${1}99");
        Assert.NotEqual(text, unknown);
        await File.WriteAllTextAsync(path, unknown);
    }
}
