using System.Globalization;
using System.Text;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// Kafka's offset checkpoint: text, a line with the version 0, a line with the count, then "topic partition offset" lines.
/// Files recovery-point-offset-checkpoint and log-start-offset-checkpoint of the data directory.
/// </summary>
internal sealed class OffsetCheckpoint(IFileSystem files, string path)
{
    private byte[]? _written;

    /// <summary>Replaces the file if its content changes.</summary>
    public void Write(IEnumerable<(string Topic, int Partition, long Offset)> offsets)
    {
        var lines = offsets.Select(o => string.Create(CultureInfo.InvariantCulture, $"{o.Topic} {o.Partition} {o.Offset}\n")).ToList();
        var content = Encoding.UTF8.GetBytes($"0\n{lines.Count}\n{string.Concat(lines)}");
        if (_written is not null && content.AsSpan().SequenceEqual(_written))
            return;
        AtomicFile.Write(files, path, content);
        _written = content;
    }

    /// <summary>The offsets; empty when absent.</summary>
    /// <exception cref="UnknownDataVersionException">Another version than 0.</exception>
    /// <exception cref="InvalidDataException">Not such a file.</exception>
    public Dictionary<(string Topic, int Partition), long> Read()
    {
        var offsets = new Dictionary<(string, int), long>();
        if (AtomicFile.Read(files, path) is not { } content)
            return offsets;
        var lines = Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        if (lines.Length < 2)
            throw new InvalidDataException($"{path} is cut short.");
        if (lines[0] != "0")
            throw new UnknownDataVersionException(path, lines[0], "0");
        foreach (var line in lines.Skip(2))
        {
            var fields = line.Split(' ');
            if (fields.Length != 3 || !int.TryParse(fields[1], NumberStyles.None, CultureInfo.InvariantCulture, out var partition)
                || !long.TryParse(fields[2], NumberStyles.None, CultureInfo.InvariantCulture, out var offset))
                throw new InvalidDataException($"{path} has a malformed line: {line}");
            offsets[(fields[0], partition)] = offset;
        }
        return lines[1] == offsets.Count.ToString(CultureInfo.InvariantCulture) ? offsets : throw new InvalidDataException($"{path} has {offsets.Count} entries, announced {lines[1]}.");
    }
}
