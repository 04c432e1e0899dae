using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>docs/kafka.md §4.4, with an unmodified kcat.</summary>
public sealed class KcatScenarios(BrokerFixture fixture) : IClassFixture<BrokerFixture>
{
    private string Bootstrap => fixture.Bootstrap;

    private static string Fresh(string name) => BrokerFixture.Fresh(name);

    private Task<Kcat.Result> Run(string arguments, string? input = null, int seconds = 90) => Kcat.RunAsync(Bootstrap, arguments, input, seconds);

    private static string Numbers(int count) => string.Concat(Enumerable.Range(1, count).Select(i => $"{i}\n"));

    private static string Lines(params object[] lines) => string.Join('\n', lines) + "\n";

    [Fact]
    public async Task Metadata_lists_the_broker_under_the_address_that_clients_dial()
    {
        var topic = Fresh("meta");
        await Run($"-P -t {topic}", Lines("x"));
        using var listing = JsonDocument.Parse((await Run("-L -J")).Text);
        var broker = Assert.Single(listing.RootElement.GetProperty("brokers").EnumerateArray());
        Assert.Equal((0, Bootstrap), (broker.GetProperty("id").GetInt32(), broker.GetProperty("name").GetString()));
        Assert.Equal(0, listing.RootElement.GetProperty("controllerid").GetInt32());
        var found = Assert.Single(listing.RootElement.GetProperty("topics").EnumerateArray(), t => t.GetProperty("topic").GetString() == topic);
        Assert.Equal(12, found.GetProperty("partitions").GetArrayLength());
        Assert.Contains($"topic \"{topic}\" with 12 partitions", (await Run("-L")).Text);
    }

    [Theory]
    [InlineData("none")]
    [InlineData("gzip")]
    [InlineData("snappy")]
    [InlineData("lz4")]
    [InlineData("zstd")]
    public async Task Keys_headers_and_values_survive_each_compression(string codec)
    {
        var topic = Fresh(codec);
        var value = new string('v', 400);
        await Run($"-P -t {topic} -K: -H a=b -H c=d -z {codec}", string.Concat(Enumerable.Range(0, 200).Select(i => $"key{i}:{value}{i}\n")));
        var read = await Run($"-C -t {topic} -e -q -f %k:%h:%s\\n");
        Assert.Equal(Enumerable.Range(0, 200).Select(i => $"key{i}:a=b,c=d:{value}{i}").Order(), read.Lines.Order());
        if (codec == "none") return;
        var stored = Directory.EnumerateDirectories(fixture.Broker.DataDirectory, $"{topic}-*").SelectMany(d => Directory.EnumerateFiles(d, "*.log")).Sum(f => new FileInfo(f).Length);
        Assert.InRange(stored, 1, 200 * 400 / 2);
    }

    [Fact]
    public async Task Reading_starts_at_the_beginning_at_an_offset_from_the_end_or_at_a_time()
    {
        var topic = Fresh("start");
        await Run($"-P -t {topic} -p 0", Numbers(50));
        var middle = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds() + 1;
        await Task.Delay(20);
        await Run($"-P -t {topic} -p 0", Lines("after"));
        Assert.Equal(51, (await Run($"-C -t {topic} -p 0 -o beginning -e -q")).Lines.Length);
        Assert.Equal(["42", "43"], (await Run($"-C -t {topic} -p 0 -o 41 -c 2 -q")).Lines);
        Assert.Equal(["48", "49", "50", "after"], (await Run($"-C -t {topic} -p 0 -o -4 -e -q")).Lines);
        Assert.Equal(["after"], (await Run($"-C -t {topic} -p 0 -o s@{middle} -e -q")).Lines);
    }

    [Fact]
    public async Task Queries_give_offsets_by_time_and_both_ends()
    {
        var topic = Fresh("query");
        var before = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Run($"-P -t {topic} -p 0", Numbers(10));
        Assert.Contains($"{topic} [0] offset 0", (await Run($"-Q -t {topic}:0:{before - 1000}")).Text);
        Assert.Contains($"{topic} [0] offset 10", (await Run($"-Q -t {topic}:0:-1")).Text);
        Assert.Contains($"{topic} [0] offset 0", (await Run($"-Q -t {topic}:0:-2")).Text);
    }

    [Fact]
    public async Task An_idempotent_producer_writes_each_line_once_in_order()
    {
        var topic = Fresh("idempotent");
        await Run($"-P -t {topic} -p 3 -X enable.idempotence=true", Numbers(20_000));
        Assert.Equal(Enumerable.Range(1, 20_000).Select(i => $"{i}"), (await Run($"-C -t {topic} -p 3 -e -q")).Lines);
    }

    [Fact]
    public async Task A_transaction_is_read_committed_as_a_whole()
    {
        var topic = Fresh("transaction");
        await Run($"-P -t {topic} -p 0 -X transactional.id={Fresh("tx")}", Numbers(100));
        Assert.Equal(100, (await Run($"-C -t {topic} -p 0 -e -q -X isolation.level=read_committed")).Lines.Length);
        Assert.Equal(100, (await Run($"-C -t {topic} -p 0 -e -q -X isolation.level=read_uncommitted")).Lines.Length);
    }

    [Fact]
    public async Task An_open_transaction_is_hidden_from_read_committed_and_its_abort_drops_it()
    {
        var (topic, id) = (Fresh("open"), Fresh("tx"));
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic);
        using (var producer = Kcat.Start(Bootstrap, $"-P -t {topic} -p 0 -X transactional.id={id} -X linger.ms=5"))
        {
            // kcat reads its input in large blocks: a few lines would stay in its buffer.
            for (var i = 0; i < 50_000; i++) await producer.StandardInput.WriteAsync($"open {i}\n");
            await producer.StandardInput.FlushAsync();
            await Eventually.True(async () => (await Run($"-C -t {topic} -p 0 -e -q -X isolation.level=read_uncommitted")).Lines.Length > 0, TimeSpan.FromSeconds(60));
            Assert.Empty((await Run($"-C -t {topic} -p 0 -e -q -X isolation.level=read_committed")).Lines);
            producer.Kill();
            await producer.WaitForExitAsync();
        }

        await Run($"-P -t {topic} -p 0 -X transactional.id={id}", Lines("second"));
        Assert.Equal(["second"], (await Run($"-C -t {topic} -p 0 -e -q -X isolation.level=read_committed")).Lines);
    }

    [Theory]
    [InlineData("range")]
    [InlineData("roundrobin")]
    [InlineData("cooperative-sticky")]
    public async Task A_group_reads_everything_with_each_assignor(string strategy)
    {
        var (topic, group) = (Fresh("group"), Fresh("g"));
        await Run($"-P -t {topic}", Numbers(500));
        var settings = $"-G {group} -X partition.assignment.strategy={strategy} -X auto.offset.reset=earliest -X session.timeout.ms=6000 -c 500 -q {topic}";
        Assert.Equal(Enumerable.Range(1, 500), (await Run(settings)).Lines.Select(int.Parse).Order());
    }

    [Fact]
    public async Task A_static_member_comes_back_under_its_own_name()
    {
        var (topic, group) = (Fresh("static"), Fresh("g"));
        await Run($"-P -t {topic} -p 0", Numbers(20));
        var settings = $"-G {group} -X group.instance.id=one -X auto.offset.reset=earliest -X session.timeout.ms=6000 -X enable.auto.commit=true -c 10 -q {topic}";
        Assert.Equal(Enumerable.Range(1, 10), (await Run(settings)).Lines.Select(int.Parse));
        Assert.Equal(Enumerable.Range(11, 10), (await Run(settings)).Lines.Select(int.Parse));
    }

    [Fact]
    public async Task When_one_of_two_members_is_killed_the_other_takes_its_partitions_after_the_session_time_out()
    {
        var (topic, group) = (Fresh("killed"), Fresh("g"));
        await Run($"-P -t {topic}", Numbers(12));
        var settings = $"-G {group} -X auto.offset.reset=latest -X session.timeout.ms=6000 -X heartbeat.interval.ms=500 -u -q -f %s\\n {topic}";
        using var survivor = Kcat.Start(Bootstrap, settings);
        using var victim = Kcat.Start(Bootstrap, settings);
        try
        {
            var seen = new HashSet<string>();
            var reading = Task.Run(async () =>
            {
                while (await survivor.StandardOutput.ReadLineAsync() is { } line)
                    lock (seen) seen.Add(line);
            });
            await Eventually.True(async () => (await DescribeMembers(group)) == 2, TimeSpan.FromSeconds(60));
            victim.Kill();
            await Eventually.True(async () => (await DescribeMembers(group)) == 1, TimeSpan.FromSeconds(60));
            await Task.Delay(1_500);
            for (var p = 0; p < 12; p++) await Run($"-P -t {topic} -p {p}", Lines($"to partition {p}"));
            await Eventually.True(() => { lock (seen) return Enumerable.Range(0, 12).All(p => seen.Contains($"to partition {p}")); }, TimeSpan.FromSeconds(60));
        }
        finally
        {
            survivor.Kill();
            if (!victim.HasExited) victim.Kill();
        }
    }

    [Fact]
    public async Task A_message_of_20_MB_comes_back_byte_for_byte()
    {
        var topic = Fresh("huge");
        using var directory = new TemporaryDirectory();
        var file = Path.Combine(directory.Path, "huge.bin");
        var bytes = new byte[20_000_000];
        new Random(20).NextBytes(bytes);
        await File.WriteAllBytesAsync(file, bytes);
        await ConfluentAdmin.CreateTopicAsync(Bootstrap, topic, 1, new() { ["max.message.bytes"] = "30000000" });
        await Run($"-P -t {topic} -p 0 -X message.max.bytes=30000000 {file}");
        var read = await Run($"-C -t {topic} -p 0 -c 1 -q -D \"\" -X fetch.message.max.bytes=30000000 -X fetch.max.bytes=30000000 -X receive.message.max.bytes=40000000");
        Assert.True(bytes.AsSpan().SequenceEqual(read.Output), $"{read.Output.Length:N0} bytes came back, or other ones.");
    }

    private async Task<int> DescribeMembers(string group) => (await ConfluentAdmin.DescribeGroupAsync(Bootstrap, group)).Members.Count;
}
