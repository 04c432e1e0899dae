using System.Buffers.Binary;
using System.CommandLine;
using System.Globalization;
using System.Text;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary><c>peek topic</c>: the last records of a topic, or those from an offset on, for a look.</summary>
internal static class PeekCommand
{
    private const int LongestText = 100;
    private const int FetchBytes = 1 << 20;

    public static Command Create()
    {
        var topic = new Argument<string>("topic") { Description = "The topic to look into." };
        var partition = new Option<int?>("--partition") { Description = "Only this partition. Default: all." };
        var offset = new Option<long?>("--offset") { Description = "Begin here. Default: the last --count records." };
        var count = new Option<int>("--count") { Description = "Records of each partition. Default: 10.", DefaultValueFactory = _ => 10 };
        var bootstrap = ClientCommand.Bootstrap();
        var command = new Command("peek", "Show records of a topic.") { topic, partition, offset, count, bootstrap };
        command.SetAction((parsed, _) => parsed.GetValue(count) < 1
            ? Task.FromResult(ClientCommand.Fail(ExitCode.Usage, $"--count {parsed.GetValue(count)}: give 1 or more."))
            : ClientCommand.RunAsync(parsed.GetValue(bootstrap)!, (client, cancel) =>
                PeekAsync(client, parsed.GetValue(topic)!, parsed.GetValue(partition), parsed.GetValue(offset), parsed.GetValue(count), cancel)));
        return command;
    }

    private static async Task<int> PeekAsync(BrokerClient client, string name, int? only, long? from, int count, CancellationToken cancel)
    {
        if (await TopicsCommand.FindAsync(client, name, cancel).ConfigureAwait(false) is not { } topic)
            return ClientCommand.Fail(ExitCode.NotFound, $"There is no topic '{name}'.");
        if (only is { } wanted && topic.Partitions.All(p => p.PartitionIndex != wanted))
            return ClientCommand.Fail(ExitCode.NotFound, $"Topic '{name}' has no partition {wanted}: 0 to {topic.Partitions.Count - 1}.");
        var table = new Table("PARTITION", "OFFSET", "TIME", "KEY", "VALUE");
        foreach (var (partition, start, end) in await TopicsCommand.OffsetsAsync(client, topic, cancel).ConfigureAwait(false))
            if (only is null || only == partition)
                await ReadAsync(client, name, partition, Math.Max(start, from ?? end - count), end, count, table, cancel).ConfigureAwait(false);
        table.Print(Console.Out);
        return (int)ExitCode.Ok;
    }

    private static async Task ReadAsync(BrokerClient client, string topic, int partition, long offset, long end, int count, Table table, CancellationToken cancel)
    {
        while (offset < end && count > 0)
        {
            var answer = await client.AskAsync<FetchRequest, FetchResponse>(
                new FetchRequest
                {
                    MaxBytes = FetchBytes, Topics = [new() { Topic = topic, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = FetchBytes }] }],
                }, 11, cancel).ConfigureAwait(false);
            var bytes = answer.Responses[0].Partitions[0].Records ?? ReadOnlyMemory<byte>.Empty;
            if (bytes.Length == 0)
                return;
            while (count > 0 && RecordBatchHeader.TryRead(bytes.Span, out var header) && header.TotalSize <= bytes.Length)
            {
                if (header.NextOffset > offset)
                    count -= Show(bytes[..(int)header.TotalSize], header, partition, offset, count, table);
                offset = Math.Max(offset, header.NextOffset);
                bytes = bytes[(int)header.TotalSize..];
            }
        }
    }

    private static int Show(ReadOnlyMemory<byte> batch, RecordBatchHeader header, int partition, long from, int most, Table table)
    {
        if (header.IsControl)
        {
            var key = RecordBatchReader.ReadAll(batch)[0].Key!.Value.Span;
            table.Add(partition, header.BaseOffset, Time(header.BaseTimestamp), "-", BinaryPrimitives.ReadInt16BigEndian(key[2..]) == 1 ? "(commit marker)" : "(abort marker)");
            return 1;
        }
        List<KafkaRecord> records;
        try
        {
            records = RecordBatchReader.ReadAll(BatchDecompressor.Decompress(batch, header.Compression));
        }
        catch (Exception e) when (e is InvalidDataException or ProtocolException)
        {
            table.Add(partition, header.BaseOffset, Time(header.BaseTimestamp), "-", $"({header.RecordCount} records, {header.Compression}: {e.Message})");
            return 1;
        }

        var shown = 0;
        foreach (var record in records)
        {
            if (record.Offset < from || shown == most)
                continue;
            table.Add(partition, record.Offset, Time(record.Timestamp), Printable(record.Key), Printable(record.Value));
            shown++;
        }
        return shown;
    }

    private static string Time(long unixMs) => DateTimeOffset.FromUnixTimeMilliseconds(unixMs).ToString("yyyy-MM-dd HH:mm:ss.fff", CultureInfo.InvariantCulture);

    private static string Printable(ReadOnlyMemory<byte>? bytes)
    {
        if (bytes is not { } data)
            return "(null)";
        var text = Encoding.UTF8.GetString(data.Span[..Math.Min(data.Length, LongestText * 4)]);
        if (text.Any(c => char.IsControl(c) || c == '\uFFFD'))
            text = Convert.ToHexString(data.Span[..Math.Min(data.Length, LongestText / 2)]);
        return text.Length > LongestText || data.Length > LongestText * 4 ? $"{text[..Math.Min(text.Length, LongestText)]}… ({data.Length} bytes)" : text;
    }
}
