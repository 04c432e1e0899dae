using System.Text.Json;

namespace CryptoAspire.Producer.Venues.Binance;

/// <summary>
/// Reads messages of Binance's combined stream. Trades are taken from <c>@trade</c> alone; an aggregate and a candle tell of the same trades again, so their
/// newest trade id is a promise that proves nothing was lost. Or, for who reads aggregates, from <c>@aggTrade</c> alone, whose ids are others.
/// </summary>
internal static class BinanceParser
{
    private enum Stream
    {
        None,
        Trade,
        AggregateTrade,
        MiniTicker,
        Kline,
        Other,
    }

    public static bool Read(ref Utf8JsonReader json, FeedFrame frame) => Read(ref json, frame, aggregates: false);

    /// <summary>The same with aggregates for trades.</summary>
    public static bool ReadAggregates(ref Utf8JsonReader json, FeedFrame frame) => Read(ref json, frame, aggregates: true);

    private static bool Read(ref Utf8JsonReader json, FeedFrame frame, bool aggregates)
    {
        var stream = Stream.None;
        var hasData = false;
        long? requestId = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("stream"u8))
            {
                json.Read();
                stream = ReadStream(ref json);
                if (stream == Stream.Other) return false;
            }
            else if (json.ValueTextEquals("data"u8))
            {
                json.Read();
                hasData = true;
                ReadData(ref json, stream, frame, aggregates);
            }
            else if (json.ValueTextEquals("result"u8))
            {
                json.Read();
                ReadResult(ref json, frame, aggregates ? BinanceVenue.Aggregated : BinanceVenue.All);
            }
            else if (json.ValueTextEquals("id"u8))
            {
                json.Read();
                requestId = json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var id) ? id : null;
            }
            else if (json.ValueTextEquals("error"u8))
            {
                json.Read();
                using var error = JsonDocument.ParseValue(ref json);
                frame.Refuse(error.RootElement.ToString());
            }
            else if (json.ValueTextEquals("e"u8))
            {
                json.Read();
                frame.IsClosing |= json.TokenType == JsonTokenType.String && json.ValueTextEquals("serverShutdown"u8);
            }
            else
            {
                json.Skip();
            }
        }
        if (stream != Stream.None && !hasData) frame.Reject("data is missing");
        // The id may stand before or after what it belongs to.
        if (frame.Answers.Count == 1 && frame.Answers[0] is { Channel: null } answer) frame.Answers[0] = answer with { RequestId = requestId };
        return true;
    }

    /// <summary>An element of <c>/api/v3/trades</c> and <c>/api/v3/historicalTrades</c>.</summary>
    public static VenueTrade ReadRestTrade(ref Utf8JsonReader json, string instrumentId)
    {
        var fields = new BinanceTradeFields { Symbol = instrumentId };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) fields.ReadRest(ref json);
        return fields.ToTrade();
    }

    /// <summary>An element of <c>/api/v3/aggTrades</c>, whose fields are those of the stream.</summary>
    public static VenueTrade ReadRestAggregate(ref Utf8JsonReader json, string instrumentId, WordCache words)
    {
        var fields = new BinanceTradeFields { Symbol = instrumentId, IsAggregate = true };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) fields.Read(ref json, words);
        return fields.ToTrade();
    }

    private static Stream ReadStream(ref Utf8JsonReader json)
    {
        if (json.TokenType != JsonTokenType.String) throw FieldException.Impossible("stream", JsonFields.Text(ref json), "a stream's name");
        var name = json.ValueSpan;
        return name.EndsWith("@trade"u8) ? Stream.Trade
            : name.EndsWith("@aggTrade"u8) ? Stream.AggregateTrade
            : name.EndsWith("@miniTicker"u8) ? Stream.MiniTicker
            : name.EndsWith("@kline_1m"u8) ? Stream.Kline
            : Stream.Other;
    }

    private static void ReadData(ref Utf8JsonReader json, Stream stream, FeedFrame frame, bool aggregates)
    {
        if (json.TokenType != JsonTokenType.StartObject) throw new FieldException("data is not a JSON object");
        switch (stream)
        {
            case Stream.Trade when aggregates:
                json.Skip();
                break;
            case Stream.Trade:
                ReadTrade(ref json, frame, isAggregate: false);
                break;
            case Stream.AggregateTrade when aggregates:
                ReadTrade(ref json, frame, isAggregate: true);
                break;
            case Stream.AggregateTrade:
                frame.Promises.Add(ReadAggregate(ref json, frame.Words));
                break;
            case Stream.MiniTicker:
                frame.Tickers.Add(ReadMiniTicker(ref json, frame.Words));
                break;
            case Stream.Kline:
                ReadKline(ref json, frame, promises: !aggregates);
                break;
            default:
                json.Skip();
                break;
        }
    }

    private static void ReadTrade(ref Utf8JsonReader json, FeedFrame frame, bool isAggregate)
    {
        var trade = new BinanceTradeFields { IsAggregate = isAggregate };
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName) trade.Read(ref json, frame.Words);
        if (!trade.IsTechnical) frame.Trades.Add(trade.ToTrade());
    }

    /// <summary><c>l</c> is the last of the trades that it stands for.</summary>
    private static TradePromise ReadAggregate(ref Utf8JsonReader json, WordCache words)
    {
        string? symbol = null;
        long? last = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("s"u8)) symbol = JsonFields.Word(ref JsonFields.Value(ref json), "s", words);
            else if (json.ValueTextEquals("l"u8)) last = JsonFields.Id(ref JsonFields.Value(ref json), "l");
            else json.Skip();
        }
        return new TradePromise(symbol ?? throw FieldException.Missing("s"), last ?? throw FieldException.Missing("l"));
    }

    private static VenueTicker ReadMiniTicker(ref Utf8JsonReader json, WordCache words)
    {
        string? symbol = null;
        long? timeUs = null;
        decimal? close = null, volume = null;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("s"u8)) symbol = JsonFields.Word(ref JsonFields.Value(ref json), "s", words);
            else if (json.ValueTextEquals("E"u8)) timeUs = JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "E");
            else if (json.ValueTextEquals("c"u8)) close = JsonFields.Positive(ref JsonFields.Value(ref json), "c");
            else if (json.ValueTextEquals("v"u8)) volume = JsonFields.NotNegative(ref JsonFields.Value(ref json), "v");
            else json.Skip();
        }
        return new VenueTicker(symbol ?? throw FieldException.Missing("s"), timeUs ?? throw FieldException.Missing("E"), close ?? throw FieldException.Missing("c"), null, null, volume);
    }

    /// <param name="promises">Its last trade's id is of the ids that are read.</param>
    private static void ReadKline(ref Utf8JsonReader json, FeedFrame frame, bool promises)
    {
        var kline = new BinanceKlineFields();
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            if (json.ValueTextEquals("k"u8)) kline.Read(ref JsonFields.Value(ref json), frame.Words);
            else json.Skip();
        }
        var read = kline.ToKline();
        frame.Klines.Add(read);
        if (promises && read.LastTradeId is { } last) frame.Promises.Add(new TradePromise(read.InstrumentId, last));
    }

    /// <summary>null acknowledges a request, whose id stands beside it; an array lists the streams that flow.</summary>
    private static void ReadResult(ref Utf8JsonReader json, FeedFrame frame, IReadOnlyList<VenueChannel> channels)
    {
        if (json.TokenType == JsonTokenType.Null)
        {
            frame.Answers.Add(default);   // its id is added at the end
            return;
        }
        using var list = JsonDocument.ParseValue(ref json);
        if (list.RootElement.ValueKind != JsonValueKind.Array) return;
        foreach (var stream in list.RootElement.EnumerateArray())
        {
            var name = stream.GetString() ?? "";
            var at = name.IndexOf('@');
            if (at > 0 && channels.FirstOrDefault(c => name.AsSpan(at + 1).SequenceEqual(c.Name)) is { } channel) frame.Confirm(channel, name[..at].ToUpperInvariant());
        }
    }
}
