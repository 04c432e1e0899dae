using System.Text.Json;
using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>
/// Trades as ccxt gives them (and freqtrade kept them): <c>[{"timestamp":ms,"symbol":"XRP/ETH","side":"sell","price":…,"amount":…,"info":{…}},…]</c>, folded
/// into minutes. Of Binance's aggregated trades (<c>info.f</c>, <c>info.l</c>) the single ones are counted. The venue is in the name.
/// </summary>
internal sealed class CcxtTradesShape : IHistoryShape
{
    public string Name => "ccxt-trades";

    public string Looks => """[{"timestamp":1570752011620,"symbol":"XRP/ETH","side":"sell","price":0.00141342,"amount":23.0,…},…]   (folded into minutes)""";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        try
        {
            using var first = new JsonElements(new MemoryStream(content.Stream.Peek().ToArray())).Next();
            if (first?.RootElement is not { ValueKind: JsonValueKind.Object } trade || !new[] { "timestamp", "price", "amount", "side" }.All(name => trade.TryGetProperty(name, out _))) return null;
            var text = trade.TryGetProperty("symbol", out var symbol) ? JsonValue.Text(symbol) : null;
            return new HistoryLayout((stream, _) => new Rows(new JsonElements(stream), text))
            {
                Symbol = Symbol.TryParse(text, out var pair) ? pair : null,
                Interval = Interval.OneMinute,
                IsTrades = true,
            };
        }
        catch (ImportException)
        {
            return null;
        }
    }

    private sealed class Rows(JsonElements elements, string? symbol) : IHistoryRows
    {
        public bool Next(out HistoryRow row)
        {
            using var element = elements.Next();
            row = element is null ? default : Read(element.RootElement);
            return element is not null;
        }

        private HistoryRow Read(JsonElement trade)
        {
            if (trade.ValueKind != JsonValueKind.Object) return Refuse("row", trade, "is not an object");
            if (!trade.TryGetProperty("timestamp", out var time) || !HistoryTime.TryUnix(JsonValue.Utf8(time), out var us)) return Refuse("timestamp", time, "is not a time such as 1570752011620");
            if (symbol is not null && (!trade.TryGetProperty("symbol", out var pair) || !JsonValue.Is(pair, symbol))) return Refuse("symbol", pair, "is another symbol than in the rows before");
            if (!trade.TryGetProperty("price", out var given) || !JsonValue.TryNumber(given, out var price)) return Refuse("price", given, "is not a number");
            if (!trade.TryGetProperty("amount", out given) || !JsonValue.TryNumber(given, out var size)) return Refuse("amount", given, "is not a number");
            var isBuy = trade.TryGetProperty("side", out var side) && JsonValue.Is(side, "buy");
            if (!isBuy && !JsonValue.Is(side, "sell")) return Refuse("side", side, "is neither buy nor sell");
            return new HistoryRow(elements.Number, new HistoryBar(us, price, price, price, price, size, price * size, isBuy ? size : 0, Count(trade)));
        }

        private static long Count(JsonElement trade) =>
            trade.TryGetProperty("info", out var info) && info.ValueKind == JsonValueKind.Object && info.TryGetProperty("f", out var first) && info.TryGetProperty("l", out var last)
                && first.ValueKind == JsonValueKind.Number && last.ValueKind == JsonValueKind.Number && first.TryGetInt64(out var from) && last.TryGetInt64(out var to) && to >= from
                ? to - from + 1
                : 1;

        private HistoryRow Refuse(string field, JsonElement value, string why) =>
            new(elements.Number, null, Rejection.Of(field, value.ValueKind == JsonValueKind.Undefined ? [] : JsonValue.Utf8(value), why));
    }
}
