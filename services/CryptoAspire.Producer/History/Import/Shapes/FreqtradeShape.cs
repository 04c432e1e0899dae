using System.Text.Json;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>freqtrade's JSON: <c>[[ms,open,high,low,close,volume],…]</c>, all numbers. The pair and the venue are in the names of file and folder.</summary>
internal sealed class FreqtradeShape : IHistoryShape
{
    public string Name => "freqtrade";

    public string Looks => "[[1570752000000,open,high,low,close,volume],…]";

    public HistoryLayout? Recognise(HistoryContent content)
    {
        try
        {
            using var first = new JsonElements(new MemoryStream(content.Stream.Peek().ToArray())).Next();
            return first?.RootElement is { ValueKind: JsonValueKind.Array } row && row.GetArrayLength() == 6 && row[0].ValueKind == JsonValueKind.Number
                ? new HistoryLayout((stream, _) => new Rows(new JsonElements(stream)))
                : null;
        }
        catch (ImportException)
        {
            return null;
        }
    }

    private sealed class Rows(JsonElements elements) : IHistoryRows
    {
        private static readonly string[] Names = ["time", "open", "high", "low", "close", "volume"];

        public bool Next(out HistoryRow row)
        {
            using var element = elements.Next();
            row = element is null ? default : Read(element.RootElement);
            return element is not null;
        }

        private HistoryRow Read(JsonElement row)
        {
            if (row.ValueKind != JsonValueKind.Array || row.GetArrayLength() != Names.Length) return Refuse("row", row, "is not an array of six numbers");
            if (!HistoryTime.TryUnix(JsonValue.Utf8(row[0]), out var us)) return Refuse("time", row[0], "is not a time such as 1570752000000");
            Span<decimal> values = stackalloc decimal[Names.Length];
            for (var i = 1; i < Names.Length; i++)
                if (!JsonValue.TryNumber(row[i], out values[i])) return Refuse(Names[i], row[i], "is not a number");
            return new HistoryRow(elements.Number, new HistoryBar(us, values[1], values[2], values[3], values[4], values[5], null, null, null));
        }

        private HistoryRow Refuse(string field, JsonElement value, string why) => new(elements.Number, null, Rejection.Of(field, JsonValue.Utf8(value), why));
    }
}
