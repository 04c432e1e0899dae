using System.Globalization;
using System.Text;
using System.Text.Json;
using CryptoAspire.Market.Context;
using CryptoAspire.Producer.Feeds;
using CryptoAspire.Producer.Rest;

namespace CryptoAspire.Producer.Venues.FearGreed;

/// <summary>
/// The Fear &amp; Greed index of alternative.me (https://alternative.me/crypto/fear-and-greed-index/#api, attribution asked for) to <c>sentiment</c>. It changes once
/// a day; a month is read at the start, so that there is a history, and then the last days.
/// </summary>
internal sealed class FearGreedSource(VenueRest rest, TimeProvider clock) : IPolledSource
{
    public const string SourceName = "fear-greed";

    public static readonly Uri LiveRest = new("https://api.alternative.me/");

    /// <summary>60 a minute, counted over ten minutes.</summary>
    public static readonly RestLimit Limit = new(PerSecond: 0.5, Burst: 5);

    private const int DaysAtStart = 31, DaysLater = 3;

    private static readonly TimeSpan Ahead = TimeSpan.FromHours(1);
    private static readonly RestEndpoint Index = new("fng") { MaxBytes = 1 << 20 };

    private readonly Dictionary<DateOnly, Sentiment> written = [];

    public string Name => SourceName;

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public async Task PollAsync(IFeedOutlet outlet, CancellationToken cancellation)
    {
        var body = await rest.GetBytesAsync(Index, $"fng/?limit={(written.Count == 0 ? DaysAtStart : DaysLater)}&format=json", cancellation);
        await PolledAnswer.EachAsync(body, root => root.GetProperty("data"), outlet, clock, async day =>
        {
            var sentiment = Read(day, outlet.Source);
            if (written.TryGetValue(sentiment.Day, out var last) && last == sentiment) return;
            await outlet.WriteAsync(Sentiment.Topic, Encoding.UTF8.GetBytes(sentiment.Day.ToString("O", CultureInfo.InvariantCulture)), ContextCodec.ToUtf8(sentiment), cancellation);
            written[sentiment.Day] = sentiment;
        }, cancellation);
        foreach (var old in written.Keys.OrderDescending().Skip(DaysAtStart).ToList()) written.Remove(old);
    }

    /// <exception cref="FormatException">A field is missing or has an impossible value.</exception>
    private Sentiment Read(JsonElement day, string source)
    {
        var value = RestAnswer.NotNegative(day.GetProperty("value"), "value");
        if (value > 100 || value != decimal.Truncate(value)) throw FieldException.Impossible("value", value.ToString(CultureInfo.InvariantCulture), "a whole number from 0 to 100");
        var json = RestAnswer.ReaderOf(day.GetProperty("timestamp"));
        var time = DateTimeOffset.UnixEpoch.AddMicroseconds(JsonFields.UnixSecondsUs(ref json, "timestamp"));
        PolledAnswer.NotAhead("timestamp", time, clock, Ahead);
        return new Sentiment
        {
            Source = source,
            Day = DateOnly.FromDateTime(time.UtcDateTime),
            Value = (int)value,
            Classification = HtmlText.Plain(PolledAnswer.Text(day, "value_classification"), 40) is { Length: > 0 } word ? word : throw FieldException.Missing("value_classification"),
        };
    }
}
