using CryptoAspire.Market;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Tests.Feeds;

public sealed class SubscriptionBookTests
{
    private static readonly VenueChannel Matches = new("matches") { CarriesTrades = true }, Ticker = new("ticker"), Beats = new("heartbeats") { HasProducts = false };

    private readonly SteppedClock clock = new();
    private readonly FeedStatus status = new("coinbase", "coinbase", TimeProvider.System);

    [Fact]
    public void One_channel_after_the_other_is_asked_for_and_each_waits_for_its_answer()
    {
        var book = Book(Coins("BTC", "ETH"), Matches, Ticker, Beats);

        Assert.Equal(Matches, book.Next()!.Channel);
        Assert.Null(Later(book));
        Assert.Equal(["BTC-USD"], book.Take(new(Matches, "BTC-USD", null, null)).Select(i => i.Id));
        Assert.Null(Later(book));
        Assert.Equal(["ETH-USD"], book.Take(new(Matches, "ETH-USD", null, null)).Select(i => i.Id));
        Assert.Equal(Ticker, Later(book)!.Channel);
        Assert.Empty(book.Take(new(Ticker, null, null, null)));
        Assert.Equal(Beats, Later(book)!.Channel);
        Assert.False(book.IsSettled);
        book.Take(new(Beats, null, null, null));
        Assert.True(book.IsSettled);
        Assert.Null(Later(book));
    }

    [Fact]
    public void A_product_that_the_refusal_names_is_left_out_and_the_rest_flows()
    {
        var book = Book(Coins("BTC", "BAD", "ETH"), Matches);

        book.Next();
        book.Take(new(null, null, null, "Failed to subscribe: BAD-USD is not a valid product"));
        Assert.Equal(["BTC-USD", "ETH-USD"], Later(book)!.Instruments.Select(i => i.Id));
        book.Take(new(Matches, "BTC-USD", null, null));
        book.Take(new(Matches, "ETH-USD", null, null));

        Assert.True(book.IsSettled);
        Assert.Equal("Failed to subscribe: BAD-USD is not a valid product", status.Refused["matches BAD-USD"]);
    }

    [Fact]
    public void A_product_that_nobody_names_is_found_by_halving_and_the_rest_flows()
    {
        var book = Book(Coins("A", "B", "C", "D", "BAD", "E", "F", "G"), Matches);
        var flowing = new List<string>();

        for (var request = book.Next(); request is not null; request = Later(book))
        {
            if (request.Instruments.Any(i => i.Id == "BAD-USD")) book.Take(new(null, null, request.Id, "something is wrong"));
            else flowing.AddRange(book.Take(new(null, null, request.Id, null)).Select(i => i.Id));
        }

        Assert.Equal(["A-USD", "B-USD", "C-USD", "D-USD", "E-USD", "F-USD", "G-USD"], flowing.Order());
        Assert.Equal(["matches BAD-USD"], status.Refused.Keys);
        Assert.True(book.IsSettled);
    }

    [Fact]
    public void An_unanswered_request_is_asked_again_and_then_the_connection_is_given_up()
    {
        var book = Book(Coins("BTC"), Matches);

        Assert.Equal(0, book.Next()!.Attempt);
        clock.Step(TimeSpan.FromSeconds(6));
        Assert.Equal(1, book.Next()!.Attempt);
        clock.Step(TimeSpan.FromSeconds(6));
        Assert.Null(book.Next());
        Assert.Equal("the subscription was not confirmed", book.Failure);
    }

    [Fact]
    public void When_every_product_is_refused_the_connection_is_of_no_use()
    {
        var book = Book(Coins("BTC"), Matches);

        book.Next();
        book.Take(new(null, null, null, "we are closed"));

        Assert.Contains("we are closed", book.Failure);
    }

    [Fact]
    public void A_refused_product_is_tried_again_after_a_minute()
    {
        var book = Book(Coins("BTC", "NEW"), Matches);
        book.Next();
        book.Take(new(Matches, "BTC-USD", null, null));
        book.Take(new(Matches, "NEW-USD", null, "not yet"));
        Assert.Null(Later(book));

        clock.Step(TimeSpan.FromSeconds(61));
        Assert.Equal(["NEW-USD"], book.Next()!.Instruments.Select(i => i.Id));
        book.Take(new(Matches, "NEW-USD", null, null));
        Assert.Empty(status.Refused);
    }

    [Fact]
    public void A_product_that_is_followed_no_more_is_unsubscribed()
    {
        var coins = Coins("BTC", "ETH");
        var book = Book(coins, Matches);
        book.Next();
        book.Take(new(Matches, null, null, null));

        book.Remove([coins[1]]);

        var request = Later(book)!;
        Assert.Equal((false, "ETH-USD"), (request.Subscribes, Assert.Single(request.Instruments).Id));
        Assert.Null(Later(book));
    }

    [Fact]
    public void After_a_loss_everything_is_asked_for_again()
    {
        var book = Book(Coins("BTC"), Matches);
        book.Next();
        book.Take(new(Matches, "BTC-USD", null, null));
        Assert.True(book.IsSettled);

        book.AskAgain();

        Assert.Equal(Matches, Later(book)!.Channel);
        Assert.Equal(["BTC-USD"], book.Take(new(Matches, "BTC-USD", null, null)).Select(i => i.Id));
    }

    private static List<VenueInstrument> Coins(params string[] coins) => [.. coins.Select(c => new VenueInstrument($"{c}-USD", Symbol.Parse($"{c}-USD")))];

    private SubscriptionBook Book(List<VenueInstrument> instruments, params VenueChannel[] channels)
    {
        var book = new SubscriptionBook(new TestVenue { Channels = channels }, channels, status, clock);
        book.Add(instruments);
        return book;
    }

    /// <summary>The next request, when the least time between two has passed.</summary>
    private SubscriptionRequest? Later(SubscriptionBook book)
    {
        clock.Step(TimeSpan.FromMilliseconds(200));
        return book.Next();
    }
}
