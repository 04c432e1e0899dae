using System.Text.Json;

namespace CryptoAspire.Producer.History.Import.Files;

/// <summary>The elements of a JSON array, one at a time: the file may be of any length, one element may not.</summary>
internal sealed class JsonElements(Stream source)
{
    private const int Longest = 1 << 20;

    private byte[] buffer = new byte[64 * 1024];
    private int start, length;
    private bool begun, ended, finished;
    private JsonReaderState state;

    /// <summary>Of the element that was read last; from 1.</summary>
    public long Number { get; private set; }

    /// <summary>The next element, which the caller disposes of; null at the end.</summary>
    /// <exception cref="ImportException">It is not such an array, or no longer.</exception>
    public JsonDocument? Next()
    {
        try
        {
            while (!finished)
            {
                var reader = new Utf8JsonReader(buffer.AsSpan(start, length - start), ended, state);
                if (Read(ref reader, out var element))
                {
                    start += (int)reader.BytesConsumed;
                    state = reader.CurrentState;
                    if (element is null) continue;
                    Number++;
                    return element;
                }
                if (ended) throw new ImportException($"after element {Number} the JSON ends in the middle.");
                Fill();
            }
            return null;
        }
        catch (JsonException e)
        {
            throw new ImportException($"after element {Number} the JSON is broken, or ends: {e.Message}", e);
        }
    }

    /// <summary>False when more is needed.</summary>
    private bool Read(ref Utf8JsonReader reader, out JsonDocument? element)
    {
        element = null;
        if (!reader.Read()) return false;
        if (!begun)
        {
            if (reader.TokenType != JsonTokenType.StartArray) throw new ImportException("the JSON is no array.");
            return begun = true;
        }
        if (reader.TokenType == JsonTokenType.EndArray) return finished = true;
        return JsonDocument.TryParseValue(ref reader, out element);
    }

    private void Fill()
    {
        buffer.AsSpan(start, length - start).CopyTo(buffer);
        (start, length) = (0, length - start);
        if (length == buffer.Length)
        {
            if (length >= Longest) throw new ImportException($"element {Number + 1} is longer than {Longest >> 20} MiB: this is not a table.");
            Array.Resize(ref buffer, length * 2);
        }
        var read = source.Read(buffer.AsSpan(length));
        length += read;
        ended = read == 0;
    }
}
