using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>
/// The directory of a partition, &lt;topic&gt;-&lt;partition&gt;, with Kafka's partition.metadata (which incarnation of the topic it
/// belongs to) and leader-epoch-checkpoint.
/// </summary>
internal static class PartitionDirectory
{
    public const string DeletedSuffix = "-delete";

    private const int MaxNameLength = 255;

    public static string PathOf(string root, string topic, int partition) =>
        Path.Combine(root, string.Create(CultureInfo.InvariantCulture, $"{topic}-{partition}"));

    /// <summary>Kafka's name for a deleted partition: &lt;topic&gt;-&lt;partition&gt;.&lt;uuid&gt;-delete, the topic cut short where the name grew too long.</summary>
    public static string Graveyard(string root, string topic, int partition)
    {
        var tail = string.Create(CultureInfo.InvariantCulture, $"-{partition}.{Guid.NewGuid():N}{DeletedSuffix}");
        return Path.Combine(root, topic[..Math.Min(topic.Length, MaxNameLength - tail.Length)] + tail);
    }

    /// <summary>Splits a directory's name; false if it is not a partition's.</summary>
    public static bool TryParse(string name, out string topic, out int partition)
    {
        var dash = name.LastIndexOf('-');
        topic = dash > 0 ? name[..dash] : "";
        partition = -1;
        return TopicName.IsValid(topic) && int.TryParse(name.AsSpan(dash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out partition);
    }

    /// <summary>Creates the directory, durably but for its entry in the parent.</summary>
    public static void Create(IFileSystem files, string path, Guid topicId)
    {
        files.CreateDirectory(path);
        AtomicFile.Write(files, Path.Combine(path, "partition.metadata"), Encoding.UTF8.GetBytes($"version: 0\ntopic_id: {Encode(topicId)}"));
        AtomicFile.Write(files, Path.Combine(path, "leader-epoch-checkpoint"), "0\n1\n0 0\n"u8);
    }

    /// <summary>The topic id in the directory, as text; null without.</summary>
    public static string? ReadTopicId(IFileSystem files, string path)
    {
        if (AtomicFile.Read(files, Path.Combine(path, "partition.metadata")) is not { } content)
            return null;
        const string Key = "topic_id:";
        return Encoding.UTF8.GetString(content).Split('\n').FirstOrDefault(l => l.StartsWith(Key, StringComparison.Ordinal))?[Key.Length..].Trim();
    }

    /// <summary>Kafka's text form of a UUID: 22 characters of base64url.</summary>
    public static string Encode(Guid id) => Base64Url.EncodeToString(id.ToByteArray(bigEndian: true));
}
