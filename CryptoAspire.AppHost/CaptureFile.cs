using System.Globalization;
using System.IO.Compression;
using System.Text.Json;

namespace CryptoAspire.AppHost;

/// <summary>
/// Looks whether a file is a recorded capture, by its first line: gzip or plain text, each line
/// <c>&lt;receive time, unix ns&gt; &lt;one JSON message&gt;</c> (docs: feeds, hft gz), or JSON from its first character, which the simulator looks into.
/// </summary>
internal static class CaptureFile
{
    private const int LongestLine = 1 << 20;
    private static readonly byte[] s_gzip = [0x1f, 0x8b];

    /// <summary>One line that says what is wrong with the file; null when it is a capture.</summary>
    public static string? Mistake(string path)
    {
        if (!File.Exists(path))
        {
            return $"Replay:Path names {path}, which does not exist.";
        }

        try
        {
            var line = FirstLine(path);
            return IsCaptureLine(line) || line.TrimStart().StartsWith('{')
                ? null
                : $"Replay:Path names {path}, which is not a capture: its lines must be '<receive time in ns> <JSON message>', gzip or plain.";
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            return $"Replay:Path names {path}, which cannot be read: {e.Message}";
        }
    }

    private static string FirstLine(string path)
    {
        using var file = File.OpenRead(path);
        var magic = new byte[s_gzip.Length];
        var compressed = file.ReadAtLeast(magic, magic.Length, throwOnEndOfStream: false) == magic.Length && magic.AsSpan().SequenceEqual(s_gzip);
        file.Position = 0;
        using Stream text = compressed ? new GZipStream(file, CompressionMode.Decompress) : file;
        using var reader = new StreamReader(text);
        var buffer = new char[LongestLine];
        var length = reader.ReadBlock(buffer);
        var end = Array.IndexOf(buffer, '\n', 0, length);
        return new string(buffer, 0, end < 0 ? length : end);
    }

    private static bool IsCaptureLine(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        if (space <= 0 || !long.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out _))
        {
            return false;
        }

        try
        {
            using var message = JsonDocument.Parse(line.AsMemory(space + 1));
            return message.RootElement.ValueKind == JsonValueKind.Object;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
