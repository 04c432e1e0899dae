using System.Buffers;
using System.Text;
using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Producer.Venues.Gemini;

/// <summary>
/// Reads messages of the stream API that succeeds Gemini's v2: one-letter fields as Binance's but without an envelope, symbols in lower case, times in
/// nanoseconds, <c>m</c> true when the buyer was the maker. A trade is told by its <c>t</c>; only depth updates name their event.
/// Source: developer.gemini.com/websocket/streams and /message-format.
/// </summary>
internal static class GeminiStreamParser
{
    public static bool Read(ref Utf8JsonReader json, FeedFrame frame)
    {
        var trade = new Fields();
        var answer = new Answer();
        var hasEvent = false;
        while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
        {
            // Book tickers (B, A), depth (U, u, b, a) and others: not read to the end.
            if (json.ValueTextEquals("e"u8) || json.ValueTextEquals("u"u8) || json.ValueTextEquals("lastUpdateId"u8)) return false;
            if (!trade.TryRead(ref json, frame.Words, ref hasEvent) && !answer.TryRead(ref json, frame.Words)) json.Skip();
        }
        if (trade.IsTrade) frame.Trades.Add(trade.ToTrade());
        else if (!answer.Report(frame) && !hasEvent) throw FieldException.Missing("t");
        return true;
    }

    private struct Fields
    {
        private string? symbol;
        private long? id, timeUs;
        private decimal? price, size;
        private bool? buyerIsMaker;

        public readonly bool IsTrade => id is not null;

        public bool TryRead(ref Utf8JsonReader json, WordCache words, ref bool hasEvent)
        {
            if (json.ValueTextEquals("E"u8)) (timeUs, hasEvent) = (JsonFields.UnixTimeUs(ref JsonFields.Value(ref json), "E"), true);
            else if (json.ValueTextEquals("s"u8)) symbol = ReadSymbol(ref JsonFields.Value(ref json), words);
            else if (json.ValueTextEquals("t"u8)) id = JsonFields.Id(ref JsonFields.Value(ref json), "t");
            else if (json.ValueTextEquals("p"u8)) price = JsonFields.Positive(ref JsonFields.Value(ref json), "p");
            else if (json.ValueTextEquals("q"u8)) size = JsonFields.Positive(ref JsonFields.Value(ref json), "q");
            else if (json.ValueTextEquals("m"u8)) buyerIsMaker = JsonFields.Flag(ref JsonFields.Value(ref json), "m");
            else return false;
            return true;
        }

        public readonly VenueTrade ToTrade() => new(
            symbol ?? throw FieldException.Missing("s"), id ?? throw FieldException.Missing("t"), timeUs ?? throw FieldException.Missing("E"),
            price ?? throw FieldException.Missing("p"), size ?? throw FieldException.Missing("q"),
            (buyerIsMaker ?? throw FieldException.Missing("m")) ? Side.Sell : Side.Buy);
    }

    /// <summary>In capitals, as the other interfaces have it.</summary>
    private static string ReadSymbol(ref Utf8JsonReader json, WordCache words)
    {
        Span<byte> capitals = stackalloc byte[WordCache.LongestWord];
        return json.TokenType == JsonTokenType.String && Ascii.ToUpper(json.ValueSpan, capitals, out var length) == OperationStatus.Done && words.Find(capitals[..length]) is { } symbol
            ? symbol
            : throw FieldException.Impossible("s", JsonFields.Text(ref json), "a short text");
    }

    /// <summary><c>{"id":1,"status":200}</c>, with a result or an error.</summary>
    private struct Answer
    {
        private long? requestId;
        private long? status;
        private string? error;

        public bool TryRead(ref Utf8JsonReader json, WordCache words)
        {
            if (json.ValueTextEquals("id"u8)) requestId = ReadId(ref JsonFields.Value(ref json));
            else if (json.ValueTextEquals("status"u8)) status = JsonFields.Value(ref json).TokenType == JsonTokenType.Number && json.TryGetInt64(out var code) ? code : null;
            else if (json.ValueTextEquals("error"u8)) ReadError(ref JsonFields.Value(ref json));
            else return false;
            return true;
        }

        public readonly bool Report(FeedFrame frame)
        {
            if (status is null && error is null) return false;
            if (error is not null || status >= 400) frame.Refuse($"{error ?? "no reason given"} ({status})", requestId: requestId);
            else if (requestId is { } id) frame.ConfirmRequest(id);
            return true;
        }

        /// <summary>Printed as it was sent; older servers made a string of it.</summary>
        private static long? ReadId(ref Utf8JsonReader json)
        {
            if (json.TokenType == JsonTokenType.Number && json.TryGetInt64(out var number)) return number;
            return json.TokenType == JsonTokenType.String && long.TryParse(json.GetString(), out var text) ? text : null;
        }

        private void ReadError(ref Utf8JsonReader json)
        {
            error = "no reason given";
            if (json.TokenType != JsonTokenType.StartObject)
            {
                json.Skip();
                return;
            }
            while (json.Read() && json.TokenType == JsonTokenType.PropertyName)
            {
                if (json.ValueTextEquals("msg"u8) && JsonFields.Value(ref json).TokenType == JsonTokenType.String) error = json.GetString();
                else json.Skip();
            }
        }
    }
}
