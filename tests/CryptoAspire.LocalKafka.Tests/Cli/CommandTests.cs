using Confluent.Kafka;
using CryptoAspire.LocalKafka.Tests.Durability;
using CryptoAspire.LocalKafka.Tests.Scenarios;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Cli;

/// <summary><c>topics</c>, <c>groups</c> and <c>peek</c> as a person types them, against a real broker.</summary>
public sealed class CommandTests(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private static readonly string s_executable = Path.Combine(AppContext.BaseDirectory, "CryptoAspire.LocalKafka.dll");

    private string Bootstrap => fixture.Bootstrap;

    [Fact]
    public async Task Topics_lists_partitions_records_and_retention_and_describes_one()
    {
        var topic = BrokerFixture.Fresh("listed");
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 3, new() { ["retention.ms"] = "5400000" });
        await Records.WriteAsync(Bootstrap, topic, Records.Numbered(5));

        var list = await RunAsync("topics");
        Assert.Equal(["TOPIC", "PARTITIONS", "OFFSETS", "RETENTION"], list[0]);
        Assert.Contains(list, row => row is [var name, "3", "5", "1.5", "h"] && name == topic);

        var one = await RunAsync("topics", topic);
        Assert.Equal([["0", "0", "5", "5"], ["1", "0", "0", "0"], ["2", "0", "0", "0"]], one[1..4]);
        Assert.Contains(one, row => row is ["retention.ms", "5400000", "topic"]);
        Assert.Contains(one, row => row is ["cleanup.policy", "delete", "default"]);
    }

    [Fact]
    public async Task Groups_lists_lag_and_describes_members_with_what_they_have_not_committed_yet()
    {
        var (topic, group) = (BrokerFixture.Fresh("lagging"), BrokerFixture.Fresh("g"));
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 2);
        await Records.WriteAsync(Bootstrap, topic, Records.Numbered(5));
        using var consumer = new ConsumerBuilder<Ignore, string>(new ConsumerConfig
        {
            BootstrapServers = Bootstrap, GroupId = group, ClientId = "reader", GroupInstanceId = "seat-1", AutoOffsetReset = AutoOffsetReset.Earliest, EnableAutoCommit = false,
        }).Build();
        consumer.Subscribe(topic);
        await Eventually.True(() =>
        {
            consumer.Consume(TimeSpan.FromMilliseconds(100));
            return consumer.Assignment.Count == 2;
        });
        consumer.Commit([new TopicPartitionOffset(topic, 0, 2)]);

        Assert.Contains(await RunAsync("groups"), row => row is [var id, "Stable", "1", "3"] && id == group);
        var one = await RunAsync("groups", group);
        Assert.Equal([$"{group}:", "Stable,", "range"], one[0]);
        Assert.Contains(one, row => row is [_, "seat-1", "reader", "/127.0.0.1", "2"]);
        Assert.Equal([[topic, "0", "2", "5", "3", "reader"], [topic, "1", "-", "0", "-", "reader"]], one[^2..]);
    }

    [Fact]
    public async Task Peek_shows_records_of_every_compression_and_the_markers_of_transactions()
    {
        var topic = BrokerFixture.Fresh("peeked");
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 6);
        string[] codecs = ["none", "gzip", "snappy", "lz4", "zstd"];
        var filler = new string('x', 60);
        for (var partition = 0; partition < codecs.Length; partition++)
            await Kcat.RunAsync(Bootstrap, $"-P -t {topic} -p {partition} -z {codecs[partition]} -K:", string.Concat(Enumerable.Range(0, 20).Select(i => $"k{i}:{codecs[partition]}-{i}-{filler}\n")));
        await Kcat.RunAsync(Bootstrap, $"-P -t {topic} -p 5 -X transactional.id={BrokerFixture.Fresh("tx")}", "in transaction\n");

        var last = await RunAsync("peek", topic, "--count", "2");
        for (var partition = 0; partition < codecs.Length; partition++)
        {
            var rows = last.Where(row => row[0] == $"{partition}").ToArray();
            Assert.Equal([("18", "k18", $"{codecs[partition]}-18-{filler}"), ("19", "k19", $"{codecs[partition]}-19-{filler}")], rows.Select(row => (row[1], row[4], row[5])));
        }
        Assert.Equal([["(null)", "in", "transaction"], ["-", "(commit", "marker)"]], last.Where(row => row[0] == "5").Select(row => row[4..]));

        var middle = await RunAsync("peek", topic, "--partition", "3", "--offset", "7", "--count", "3");
        Assert.Equal(["7", "8", "9"], middle[1..].Select(row => row[1]));
    }

    [Theory]
    [InlineData(ExitCode.NotFound, "There is no topic 'no-such-topic'.", "topics", "no-such-topic")]
    [InlineData(ExitCode.NotFound, "There is no topic 'no-such-topic'.", "peek", "no-such-topic")]
    [InlineData(ExitCode.NotFound, "There is no group 'no-such-group'.", "groups", "no-such-group")]
    [InlineData(ExitCode.NotFound, "No answer from a broker at 127.0.0.1:1 (Connection refused): start one or give --bootstrap.", "topics", "--bootstrap", "127.0.0.1:1")]
    [InlineData(ExitCode.Usage, "--bootstrap nowhere: give host:port, such as 127.0.0.1:9092.", "topics", "--bootstrap", "nowhere")]
    [InlineData(ExitCode.Usage, "--count 0: give 1 or more.", "peek", "t", "--count", "0")]
    [InlineData(ExitCode.Usage, "Unrecognized command or argument 'tpoics'. See --help.", "tpoics")]
    public async Task What_is_not_there_or_makes_no_sense_is_one_line_and_an_exit_code(ExitCode code, string line, params string[] arguments)
    {
        if (!arguments.Contains("--bootstrap") && code == ExitCode.NotFound)
            arguments = [.. arguments, "--bootstrap", Bootstrap];
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", [s_executable, .. arguments], TimeSpan.FromSeconds(60));
        Assert.Equal(((int)code, line), (exitCode, output));
    }

    /// <summary>The words of each line that is not empty.</summary>
    private async Task<string[][]> RunAsync(params string[] arguments)
    {
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", [s_executable, .. arguments, "--bootstrap", Bootstrap], TimeSpan.FromSeconds(60));
        Assert.True(exitCode == 0, output);
        return [.. output.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).Where(words => words.Length > 0)];
    }
}
