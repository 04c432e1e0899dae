namespace CryptoAspire.Producer.History.Import.Files;

/// <summary>The lines of a text, without their ends. A line is a piece of the buffer: it is good until the next one is read.</summary>
internal sealed class TextLines(Stream source, bool isPart = false)
{
    private const int Longest = 64 * 1024;

    private readonly byte[] buffer = new byte[4 * Longest];
    private int start, length;
    private bool ended;

    /// <summary>Of the line that was read last; from 1.</summary>
    public long Number { get; private set; }

    /// <summary>False after the last line. Of a part of a file the last piece, which may be half a line, is left out.</summary>
    /// <exception cref="ImportException">A line is too long to be a row.</exception>
    public bool Next(out ReadOnlySpan<byte> line)
    {
        while (true)
        {
            var rest = buffer.AsSpan(start, length - start);
            var end = rest.IndexOf((byte)'\n');
            if (end < 0 && !ended)
            {
                Fill();
                continue;
            }
            if (end < 0 && (rest.IsEmpty || isPart))
            {
                line = default;
                return false;
            }
            line = end < 0 ? rest : rest[..end];
            if (line.Length > Longest) throw TooLong();
            start += end < 0 ? rest.Length : end + 1;
            if (line is [.., (byte)'\r']) line = line[..^1];
            if (Number++ == 0 && line is [0xef, 0xbb, 0xbf, ..]) line = line[3..];   // a byte order mark
            return true;
        }
    }

    private void Fill()
    {
        buffer.AsSpan(start, length - start).CopyTo(buffer);
        (start, length) = (0, length - start);
        if (length > Longest) throw TooLong();
        var read = source.Read(buffer.AsSpan(length));
        length += read;
        ended = read == 0;
    }

    private ImportException TooLong() => new($"line {Number + 1} is longer than {Longest >> 10} KiB: this is not a table in text.");
}
