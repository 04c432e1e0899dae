using System.Text;
using CryptoAspire.Producer.History.Import.Files;

namespace CryptoAspire.Producer.History.Import.Shapes;

/// <summary>The first lines of a table, as fields.</summary>
internal sealed class CsvHead
{
    private const int Lines = 3;

    private readonly List<List<string>> lines = [];

    private CsvHead()
    {
    }

    public int Count => lines.Count;

    /// <summary>A line's fields as they stand there; none where there is no such line.</summary>
    /// <param name="index">From 0.</param>
    public IReadOnlyList<string> this[int index] => index < lines.Count ? lines[index] : [];

    public static CsvHead Of(HistoryContent content)
    {
        var head = new CsvHead();
        var bytes = content.Stream.Peek();
        var text = new TextLines(new MemoryStream(bytes.ToArray()), content.Stream.IsLonger);
        try
        {
            Span<Range> fields = stackalloc Range[CsvLine.MostFields];
            while (head.lines.Count < Lines && text.Next(out var line))
            {
                if (line.IsEmpty) continue;
                var count = CsvLine.Split(line, fields);
                var values = new List<string>();
                foreach (var field in fields[..Math.Min(count, fields.Length)]) values.Add(Encoding.UTF8.GetString(line[field]).Trim());
                head.lines.Add(values);
            }
        }
        catch (ImportException)
        {
            // No lines: no table.
        }
        return head;
    }

    /// <summary>The fields of a line in lower case and without anything but letters and digits: <c>Volume_(BTC)</c> is <c>volumebtc</c>.</summary>
    public List<string> Names(int index) => [.. this[index].Select(Name)];

    private static string Name(string field) => string.Concat(field.Where(char.IsAsciiLetterOrDigit)).ToLowerInvariant();
}
