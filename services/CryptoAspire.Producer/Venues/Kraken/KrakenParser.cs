using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Kraken;

/// <summary>
/// Reads messages of Kraken's WebSocket v2, whose prices are JSON numbers: read from their digits, never through a binary float. <c>side</c> is the taker's.
/// Source: docs.kraken.com/api/docs/websocket-v2.
/// </summary>
internal static class KrakenParser
{
    /// <summary>A row of <c>/0/public/Trades</c>: <c>[price, volume, time in seconds, b|s, m|l, misc, trade_id]</c>.</summary>
    /// <param name="json">At the row's start; afterwards at its end.</param>
    /// <exception cref="FieldException">It is not such a row.</exception>
    public static VenueTrade ParseRestTrade(ref Utf8JsonReader json, string instrumentId)
    {
        if (json.TokenType != JsonTokenType.StartArray) throw FieldException.Impossible("trade", json.TokenType.ToString(), "an array");
        var price = JsonFields.Positive(ref JsonFields.Value(ref json), "price");
        var size = JsonFields.Positive(ref JsonFields.Value(ref json), "volume");
        var timeUs = JsonFields.UnixSecondsUs(ref JsonFields.Value(ref json), "time");
        var side = ReadSide(ref JsonFields.Value(ref json), "b"u8, "s"u8);
        JsonFields.Value(ref json).Skip();
        JsonFields.Value(ref json).Skip();
        var id = JsonFields.Id(ref JsonFields.Value(ref json), "trade_id");
        while (json.Read() && json.TokenType != JsonTokenType.EndArray) json.Skip();
        return new VenueTrade(instrumentId, id, timeUs, price, size, side);
    }

    public static bool Read(ref Utf8JsonReader json, FeedFrame frame)
    {
        var (channel, hasChannel) = ((VenueChannel?)null, false);
        Utf8JsonReader data = default;
        var dataWaits = false;
        var answer = new Answer();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("channel"u8)) (channel, hasChannel) = (ReadChannel(ref JsonFields.Value(ref json)), true);
            else if (json.ValueTextEquals("data"u8))
            {
                // It follows the channel's name; if it ever does not, it waits for it.
                json.Read();
                if (hasChannel) ReadData(ref json, channel, frame);
                else
                {
                    data = json;
                    dataWaits = true;
                    json.Skip();
                }
            }
            else if (!answer.TryRead(ref json, frame.Words)) json.Skip();
        }
        if (dataWaits) ReadData(ref data, channel, frame);
        if (!answer.Report(frame) && !hasChannel) throw FieldException.Missing("channel");
        return true;
    }

    /// <summary>Channels that we do not know (status, heartbeat) have nothing that we need.</summary>
    private static void ReadData(ref Utf8JsonReader json, VenueChannel? channel, FeedFrame frame)
    {
        if (channel == KrakenVenue.Trades) frame.ReadArray(ref json, "data", ReadTrade);
        else if (channel == KrakenVenue.Tickers) frame.ReadArray(ref json, "data", ReadTicker);
        else json.Skip();
    }

    private static bool ReadTrade(ref Utf8JsonReader json, FeedFrame frame)
    {
        frame.Trades.Add(KrakenFields.Read(ref json, frame.Words).ToTrade());
        return true;
    }

    private static bool ReadTicker(ref Utf8JsonReader json, FeedFrame frame)
    {
        frame.Tickers.Add(KrakenFields.Read(ref json, frame.Words).ToTicker());
        return true;
    }

    private static VenueChannel? ReadChannel(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) throw FieldException.Impossible("channel", json.TokenType.ToString(), "a name");
        return json.ValueTextEquals("trade"u8) ? KrakenVenue.Trades : json.ValueTextEquals("ticker"u8) ? KrakenVenue.Tickers : null;
    }

    public static Side ReadSide(ref Utf8JsonReader json, ReadOnlySpan<byte> buy, ReadOnlySpan<byte> sell)
    {
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals(buy)) return Side.Buy;
        if (json.TokenType == JsonTokenType.String && json.ValueTextEquals(sell)) return Side.Sell;
        throw FieldException.Impossible("side", JsonFields.Text(ref json), "buy or sell");
    }

    /// <summary>The answer to a request: a subscription is confirmed or refused for each channel and symbol on its own.</summary>
    private struct Answer
    {
        private VenueChannel? channel;
        private bool isAnswer, isSubscribe;
        private bool? success;
        private long? requestId;
        private string? symbol, error;

        public bool TryRead(ref Utf8JsonReader json, WordCache words)
        {
            if (json.ValueTextEquals("method"u8)) (isAnswer, isSubscribe) = (true, JsonFields.Value(ref json).TokenType == JsonTokenType.String && json.ValueTextEquals("subscribe"u8));
            else if (json.ValueTextEquals("success"u8)) success = JsonFields.Flag(ref JsonFields.Value(ref json), "success");
            else if (json.ValueTextEquals("error"u8)) (isAnswer, error) = (true, JsonFields.Value(ref json).GetString());
            else if (json.ValueTextEquals("symbol"u8)) symbol = JsonFields.Word(ref JsonFields.Value(ref json), "symbol", words);
            else if (json.ValueTextEquals("req_id"u8)) requestId = JsonFields.Value(ref json).TokenType == JsonTokenType.Number && json.TryGetInt64(out var id) ? id : null;
            else if (json.ValueTextEquals("result"u8)) ReadResult(ref JsonFields.Value(ref json), words);
            else return false;
            return true;
        }

        /// <summary>False when the message was no answer.</summary>
        public readonly bool Report(FeedFrame frame)
        {
            if (!isAnswer) return false;
            // Who asks twice because the first answer was lost has what he wants.
            if (error?.StartsWith("Already subscribed", StringComparison.OrdinalIgnoreCase) == true && requestId is { } id) frame.ConfirmRequest(id);
            // A refusal names its symbol but not its channel; the request had both.
            else if (success == false || error is not null) frame.Refuse(error ?? "no reason given", channel, symbol, requestId);
            else if (isSubscribe && success == true && channel is not null) frame.Confirm(channel, symbol ?? throw FieldException.Missing("symbol"));
            return true;
        }

        private void ReadResult(ref Utf8JsonReader json, WordCache words)
        {
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                return;
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("channel"u8)) channel = ReadChannel(ref JsonFields.Value(ref json));
                else if (json.ValueTextEquals("symbol"u8)) symbol = JsonFields.Word(ref JsonFields.Value(ref json), "symbol", words);
                else json.Skip();
            }
        }
    }
}
