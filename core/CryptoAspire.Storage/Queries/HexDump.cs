using System.Globalization;
using System.Text;

namespace CryptoAspire.Storage.Queries;

/// <summary>Bytes for people to read, as hexdump -C writes them.</summary>
public static class HexDump
{
    private const int Width = 16;

    /// <summary>One line for each sixteen bytes: offset, bytes, and those that are printable ASCII.</summary>
    public static IReadOnlyList<string> Lines(byte[] bytes)
    {
        var lines = new List<string>();
        for (var offset = 0; offset < bytes.Length; offset += Width)
        {
            var part = bytes.AsSpan(offset, Math.Min(Width, bytes.Length - offset));
            var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"{offset:x8} ");
            for (var i = 0; i < Width; i++)
            {
                line.Append(i == Width / 2 ? "  " : " ");
                line.Append(i < part.Length ? part[i].ToString("x2", CultureInfo.InvariantCulture) : "  ");
            }

            line.Append("  |");
            foreach (var value in part)
                line.Append(value is >= 0x20 and < 0x7f ? (char)value : '.');
            lines.Add(line.Append('|').ToString());
        }

        return lines;
    }
}
