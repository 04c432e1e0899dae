using System.Text;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Testing;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class HostileInputTests
{
    private const string Good = """{"stream":"btcusdt@trade","data":{"e":"trade","E":1723161255343,"s":"BTCUSDT","t":7,"p":"61837.63","q":"0.02","T":1723161255342,"m":true,"M":true}}""";

    [Fact]
    public async Task Unusable_messages_go_to_the_dead_letters_as_they_came_and_the_connection_lives_on()
    {
        string[] bad =
        [
            "not json", """{"stream":"btcusdt@trade"}""", Good.Replace("61837.63", "-1"), Good.Replace("61837.63", "1e400"),
            Good.Replace("1723161255342", "17"), Good.Replace("\"t\":7", "\"t\":null"), "[" + new string('[', 500),
        ];
        await using var venue = await RogueVenue.StartAsync([.. bad.Select(Encoding.UTF8.GetBytes), Encoding.UTF8.GetBytes(Good)]);
        await using var feed = FeedUnderTest.Binance(venue.Address);

        await Eventually.True(() => !feed.Records.IsEmpty);

        Assert.Equal(bad, feed.DeadLetters.Select(d => Encoding.UTF8.GetString(d.Value)));
        Assert.All(feed.DeadLetters, d => Assert.NotEmpty(Header(d, "reason")));
        Assert.Contains("p is '-1': expected a number of at least 0", feed.DeadLetters.Select(d => Header(d, "reason")));
        Assert.All(feed.DeadLetters, d => Assert.Equal("binance-sim", Header(d, "source")));
        Assert.Equal((1, bad.Length), (venue.Connections, feed.Status.Rejected));
    }

    [Fact]
    public async Task A_message_of_ten_megabytes_is_cut_refused_and_survived()
    {
        var huge = Encoding.UTF8.GetBytes("{\"x\":\"" + new string('x', 10 << 20) + "\"}");
        await using var venue = await RogueVenue.StartAsync(huge, Encoding.UTF8.GetBytes(Good));
        await using var feed = FeedUnderTest.Binance(venue.Address);

        await Eventually.True(() => !feed.Records.IsEmpty);

        var letter = Assert.Single(feed.DeadLetters);
        Assert.Equal(64 * 1024, letter.Value.Length);
        Assert.StartsWith("{\"x\":\"xxx", Encoding.UTF8.GetString(letter.Value));
        Assert.Equal($"message larger than {SocketReader.MaxMessageBytes} bytes", Header(letter, "reason"));
        Assert.Equal(1, venue.Connections);
    }

    private static string Header(Producer.Kafka.OutboundRecord record, string name) => Encoding.UTF8.GetString(record.Headers!.GetLastBytes(name));
}
