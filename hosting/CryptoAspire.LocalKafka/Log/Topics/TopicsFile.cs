using System.Text.Json;
using System.Text.Json.Serialization;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>topics.json: which topics exist. Writing it is what creates and deletes a topic; directories follow.</summary>
internal sealed class TopicsFile(IFileSystem files, string path)
{
    private const int Version = 1;

    internal sealed record Entry(
        [property: JsonPropertyName("name")] string Name,
        [property: JsonPropertyName("id")] Guid Id,
        [property: JsonPropertyName("partitions")] int Partitions,
        [property: JsonPropertyName("config")] Dictionary<string, string> Config);

    internal sealed record Content(
        [property: JsonPropertyName("version")] int Version,
        [property: JsonPropertyName("topics")] List<Entry> Topics);

    public void Write(IEnumerable<Topic> topics)
    {
        var entries = topics.Select(t => new Entry(t.Name, t.Id, t.Partitions.Count, t.Config.Overrides.ToDictionary()));
        Write(entries);
    }

    public void Write(IEnumerable<Entry> entries) =>
        AtomicFile.Write(files, path, JsonSerializer.SerializeToUtf8Bytes(new Content(Version, [.. entries.OrderBy(e => e.Name, StringComparer.Ordinal)]), TopicsJson.Default.Content));

    /// <summary>The topics; empty when the file is absent.</summary>
    /// <exception cref="UnknownDataVersionException">Another version.</exception>
    /// <exception cref="InvalidDataException">Not such a file.</exception>
    public List<Entry> Read()
    {
        if (AtomicFile.Read(files, path) is not { } bytes)
            return [];
        try
        {
            var content = JsonSerializer.Deserialize(bytes, TopicsJson.Default.Content) ?? throw new InvalidDataException($"{path} is empty.");
            if (content.Version != Version)
                throw new UnknownDataVersionException(path, content.Version.ToString(System.Globalization.CultureInfo.InvariantCulture), "1");
            return content.Topics;
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{path} is not valid: {e.Message}", e);
        }
    }
}

[JsonSourceGenerationOptions(WriteIndented = true, RespectNullableAnnotations = true, RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(TopicsFile.Content))]
internal sealed partial class TopicsJson : JsonSerializerContext;
