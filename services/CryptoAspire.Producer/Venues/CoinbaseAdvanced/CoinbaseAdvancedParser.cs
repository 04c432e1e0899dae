using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.CoinbaseAdvanced;

/// <summary>
/// Reads messages of the Coinbase Advanced Trade feed. Beware: trades come newest first, in snapshots and in updates, and are left so here; their <c>side</c> is the maker's;
/// a ticker has no time of its own; <c>sequence_num</c> counts all messages of a connection. Source: docs.cdp.coinbase.com, websocket-channels, and a recorded session.
/// </summary>
internal static class CoinbaseAdvancedParser
{
    /// <summary>An element of <c>trades</c> in <c>GET …/market/products/{id}/ticker</c>, whose side is the maker's too.</summary>
    public static VenueTrade ParseRestTrade(ref Utf8JsonReader json, WordCache words) => CoinbaseAdvancedFields.Read(ref json, words).ToTrade();

    public static bool Read(ref Utf8JsonReader json, FeedFrame frame)
    {
        var envelope = new Envelope();
        Utf8JsonReader events = default;
        var eventsWait = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("channel"u8)) envelope.ReadChannel(ref json);
            else if (json.ValueTextEquals("timestamp"u8)) envelope.TimeUs = JsonFields.IsoTimeUs(ref JsonFields.Value(ref json), "timestamp");
            else if (json.ValueTextEquals("sequence_num"u8)) frame.Sequence = JsonFields.NotNegativeInteger(ref JsonFields.Value(ref json), "sequence_num");
            else if (json.ValueTextEquals("type"u8)) envelope.IsError = JsonFields.Value(ref json).ValueTextEquals("error"u8);
            else if (json.ValueTextEquals("message"u8)) envelope.Error = JsonFields.Value(ref json).GetString();
            else if (json.ValueTextEquals("events"u8))
            {
                // They follow the envelope's fields; if they ever do not, they wait for them.
                json.Read();
                if (envelope.IsKnown) ReadEvents(ref json, envelope, frame);
                else
                {
                    events = json;
                    eventsWait = true;
                    json.Skip();
                }
            }
            else json.Skip();
        }
        if (envelope.IsError) frame.Refuse(envelope.Error ?? "no reason given");
        else if (!envelope.HasChannel) throw FieldException.Missing("channel");
        else if (eventsWait) ReadEvents(ref events, envelope, frame);
        return true;
    }

    private static void ReadEvents(ref Utf8JsonReader json, in Envelope envelope, FeedFrame frame)
    {
        switch (envelope.Channel)
        {
            case Channel.Trades:
                frame.ReadArray(ref json, "events", static (ref Utf8JsonReader at, FeedFrame into) => ReadLists(ref at, into, "trades"u8, "trades", ReadTrade));
                break;
            case Channel.Ticker:
                frame.ReadArray(ref json, "events", static (ref Utf8JsonReader at, FeedFrame into) => ReadLists(ref at, into, "tickers"u8, "tickers", ReadTicker));
                Stamp(frame.Tickers, envelope.TimeUs ?? throw FieldException.Missing("timestamp"));
                break;
            case Channel.Candles:
                frame.ReadArray(ref json, "events", static (ref Utf8JsonReader at, FeedFrame into) => ReadLists(ref at, into, "candles"u8, "candles", ReadCandle));
                break;
            case Channel.Subscriptions:
                frame.ReadArray(ref json, "events", ReadSubscriptions);
                break;
            case Channel.Heartbeats:
                frame.Channel = CoinbaseAdvancedVenue.Heartbeats;
                json.Skip();
                break;
            default:
                json.Skip();
                break;
        }
    }

    /// <summary>An event: its list of the given name.</summary>
    private static bool ReadLists(ref Utf8JsonReader json, FeedFrame frame, ReadOnlySpan<byte> name, string field, FeedFrame.Reader element)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw FieldException.Impossible("events", json.TokenType.ToString(), "an array of objects");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals(name)) frame.ReadArray(ref JsonFields.Value(ref json), field, element);
            else json.Skip();
        }
        return true;
    }

    private static bool ReadTrade(ref Utf8JsonReader json, FeedFrame frame)
    {
        frame.Trades.Add(CoinbaseAdvancedFields.Read(ref json, frame.Words).ToTrade());
        return true;
    }

    private static bool ReadTicker(ref Utf8JsonReader json, FeedFrame frame)
    {
        frame.Tickers.Add(CoinbaseAdvancedFields.Read(ref json, frame.Words).ToTicker());
        return true;
    }

    private static bool ReadCandle(ref Utf8JsonReader json, FeedFrame frame)
    {
        frame.Klines.Add(CoinbaseAdvancedFields.Read(ref json, frame.Words).ToCandle());
        return true;
    }

    /// <summary>Everything that this connection is subscribed to, by channel; the channel without products lists itself.</summary>
    private static bool ReadSubscriptions(ref Utf8JsonReader json, FeedFrame frame)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw FieldException.Impossible("events", json.TokenType.ToString(), "an array of objects");
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (!json.ValueTextEquals("subscriptions"u8) || JsonFields.Value(ref json).TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                continue;
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                var channel = CoinbaseAdvancedVenue.ChannelOf(ref json);
                json.Read();
                if (channel is null || json.TokenType != JsonTokenType.StartArray) json.Skip();
                else while (json.Read() && json.TokenType != JsonTokenType.EndArray)
                    frame.Confirm(channel, channel.HasProducts ? JsonFields.Word(ref json, "subscriptions", frame.Words) : null);
            }
        }
        return true;
    }

    /// <summary>Tickers take the time of their envelope.</summary>
    private static void Stamp(List<VenueTicker> tickers, long timeUs)
    {
        for (var i = 0; i < tickers.Count; i++) tickers[i] = tickers[i] with { EventTimeUs = timeUs };
    }

    private enum Channel
    {
        /// <summary>Order books, which come as <c>l2_data</c>, and whatever will be added.</summary>
        Other,
        Trades,
        Ticker,
        Candles,
        Heartbeats,
        Subscriptions,
    }

    private struct Envelope
    {
        public Channel Channel;
        public bool HasChannel, IsError;
        public long? TimeUs;
        public string? Error;

        public readonly bool IsKnown => HasChannel && (TimeUs is not null || Channel != Channel.Ticker);

        public void ReadChannel(ref Utf8JsonReader json)
        {
            json.Read();
            if (json.TokenType != JsonTokenType.String) throw FieldException.Impossible("channel", json.TokenType.ToString(), "a name");
            HasChannel = true;
            Channel = json.ValueTextEquals("market_trades"u8) ? Channel.Trades
                : json.ValueTextEquals("ticker"u8) || json.ValueTextEquals("ticker_batch"u8) ? Channel.Ticker
                : json.ValueTextEquals("candles"u8) ? Channel.Candles
                : json.ValueTextEquals("heartbeats"u8) ? Channel.Heartbeats
                : json.ValueTextEquals("subscriptions"u8) ? Channel.Subscriptions
                : Channel.Other;
        }
    }
}
