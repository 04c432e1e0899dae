using System.Globalization;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>Rows in aligned columns; numbers stand to the right, null is a dash.</summary>
internal sealed class Table(params string[] header)
{
    private readonly List<object?[]> _rows = [];

    public void Add(params object?[] cells) => _rows.Add(cells);

    public void Print(TextWriter output)
    {
        var text = _rows.ConvertAll(row => Array.ConvertAll(row, cell => cell is null ? "-" : Convert.ToString(cell, CultureInfo.InvariantCulture) ?? ""));
        var widths = header.Select((name, i) => Math.Max(name.Length, text.Count == 0 ? 0 : text.Max(row => row[i].Length))).ToArray();
        var right = header.Select((_, i) => _rows.Count > 0 && _rows.All(row => row[i] is int or long or null)).ToArray();
        Write(output, header, widths, right);
        foreach (var row in text)
            Write(output, row, widths, right);
    }

    private static void Write(TextWriter output, string[] cells, int[] widths, bool[] right) =>
        output.WriteLine(string.Join("  ", cells.Select((cell, i) => right[i] ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]))).TrimEnd());
}
