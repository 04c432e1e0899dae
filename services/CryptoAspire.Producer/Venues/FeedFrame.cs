using System.Text.Json;

namespace CryptoAspire.Producer.Venues;

/// <summary>
/// What one message of a venue says: any number of trades, tickers and candles, promises of trades, answers to subscriptions. One frame serves all messages
/// of a connection, so that reading them allocates nothing. A frame with a <see cref="Reason"/> can still hold the elements that were in order.
/// </summary>
public sealed class FeedFrame
{
    /// <summary>Reads the message into the frame; the reader stands on the opening brace. False: it is of no interest, and not read to its end.</summary>
    public delegate bool Reader(ref Utf8JsonReader json, FeedFrame frame);

    private const int MostUnreadable = 16;

    public List<VenueTrade> Trades { get; } = [];

    public List<VenueTicker> Tickers { get; } = [];

    public List<VenueKline> Klines { get; } = [];

    public List<TradePromise> Promises { get; } = [];

    public List<SubscriptionAnswer> Answers { get; } = [];

    public List<InstrumentState> States { get; } = [];

    /// <summary>The channel that spoke, where it matters for liveness (<see cref="VenueChannel.SilenceLimit"/>).</summary>
    public VenueChannel? Channel { get; set; }

    /// <summary>The connection's running number of the message, at venues that count: +1 each, whatever the channel.</summary>
    public long? Sequence { get; set; }

    /// <summary>The venue announces that it will cut the connection: replace it now.</summary>
    public bool IsClosing { get; set; }

    /// <summary>Why the message, or an element of it, could not be read.</summary>
    public string? Reason { get; private set; }

    /// <summary>Product ids and other words that come again and again, each kept once.</summary>
    public WordCache Words { get; } = new();

    public void Confirm(VenueChannel channel, string? instrumentId) => Answers.Add(new SubscriptionAnswer(channel, instrumentId, null, null));

    public void ConfirmRequest(long requestId) => Answers.Add(new SubscriptionAnswer(null, null, requestId, null));

    /// <summary>The venue refuses a request of ours; name what the answer names. With nothing named it is the request that is open.</summary>
    public void Refuse(string reason, VenueChannel? channel = null, string? instrumentId = null, long? requestId = null) =>
        Answers.Add(new SubscriptionAnswer(channel, instrumentId, requestId, reason));

    /// <summary>The message, or an element of it, cannot be used; the first reason is kept.</summary>
    public void Reject(string reason) => Reason ??= reason;

    public void Clear()
    {
        Trades.Clear();
        Tickers.Clear();
        Klines.Clear();
        Promises.Clear();
        Answers.Clear();
        States.Clear();
        (Channel, Sequence, IsClosing, Reason) = (null, null, false, null);
    }

    /// <summary>Reads a message that must be one JSON object; whatever the reader throws about the input becomes the <see cref="Reason"/>.</summary>
    public void Read(ReadOnlySpan<byte> message, Reader read)
    {
        Clear();
        try
        {
            var json = new Utf8JsonReader(message);
            if (!json.Read() || json.TokenType != JsonTokenType.StartObject) Reject("not a JSON object");
            else if (read(ref json, this) && json.Read()) Reject("text after the JSON object");
        }
        catch (JsonException e)
        {
            Reject($"broken JSON at byte {e.BytePositionInLine}");
        }
        catch (Exception e) when (e is FieldException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            Reject(e.Message);
        }
    }

    /// <summary>
    /// Reads the array that the reader stands on, element by element. An element that cannot be used is rejected by itself: the others are kept.
    /// </summary>
    /// <param name="element">Reads the element that the reader stands on and must leave it at its end; it may throw <see cref="FieldException"/> anywhere.</param>
    public void ReadArray(ref Utf8JsonReader json, string field, Reader element)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw FieldException.Impossible(field, json.TokenType.ToString(), "an array");
        var unreadable = 0;
        while (json.Read() && json.TokenType != JsonTokenType.EndArray)
        {
            var depth = json.CurrentDepth;
            try
            {
                element(ref json, this);
            }
            catch (FieldException e)
            {
                Reject(e.Message);
                // Past these the message is noise, and every further one would cost an exception.
                if (++unreadable == MostUnreadable) throw;
            }
            while (json.CurrentDepth > depth || json.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                if (!json.Read()) return;
        }
    }
}
