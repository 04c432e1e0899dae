using CryptoAspire.Dashboard.Hubs;
using CryptoAspire.Testing;

namespace CryptoAspire.Dashboard.Tests;

public sealed class HubChannelTests
{
    private readonly HubChannel _channel = new("test");

    [Fact]
    public async Task Joining_in_the_middle_of_publishing_gives_the_state_and_then_every_update_after_it()
    {
        var state = 0L;
        var publishing = Task.Run(() =>
        {
            for (var i = 0; i < 20_000; i++)
                _channel.Publish(() => new { Value = ++state });
        });
        List<(RecordingClient Client, long Sequence, long State)> joined = [];
        while (!publishing.IsCompleted && joined.Count < 50)
        {
            var client = new RecordingClient();
            var (sequence, seen) = _channel.Join(client.Subscriber, () => state);
            joined.Add((client, sequence, seen));
            await Eventually.True(() => client.Sent.Count >= 20 || publishing.IsCompleted);
            _channel.Leave(client.Subscriber);
        }

        await publishing;
        Assert.NotEmpty(joined);
        foreach (var (client, _, _) in joined)
            await client.Subscriber.DisposeAsync(); // what is still queued is sent before the count is read
        Assert.All(joined, j =>
        {
            Assert.Equal(j.Sequence, j.State);
            Assert.Equal(Enumerable.Range(1, j.Client.Sent.Count).Select(i => j.Sequence + i), j.Client.Sent.Select(s => s.Sequence));
        });
    }

    [Fact]
    public async Task A_browser_that_reads_nothing_is_closed_and_holds_up_nobody()
    {
        var hanging = new RecordingClient(hanging: true);
        var reading = new RecordingClient();
        _channel.Join(hanging.Subscriber, () => 0);
        _channel.Join(reading.Subscriber, () => 0);
        for (var i = 0; i < 600; i++)
        {
            _channel.Publish(() => "x");
            if (i % 100 == 0)
                await Task.Delay(5);
        }

        await Eventually.True(() => reading.Sent.Count == 600);
        Assert.True(hanging.Aborted);
        Assert.False(reading.Aborted);
        Assert.Single(hanging.Sent);
    }

    [Fact]
    public void Nothing_to_say_takes_no_sequence()
    {
        _channel.Publish<string>(() => null);
        _channel.Publish(() => "x");
        Assert.Equal(1, _channel.Join(new RecordingClient().Subscriber, () => 0).Sequence);
    }
}
