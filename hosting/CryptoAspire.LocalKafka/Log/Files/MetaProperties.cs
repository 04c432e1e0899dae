using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace CryptoAspire.LocalKafka.Log;

/// <summary>Kafka's meta.properties: identity of the cluster and version of the data. Both its own version and ours must be known.</summary>
/// <param name="ClusterId">22 characters of base64url, a UUID.</param>
internal sealed record MetaProperties(string ClusterId)
{
    private const string KafkaVersion = "1";
    private const string DataVersionKey = "localkafka.data.version";
    private const string DataVersion = "1";

    public static MetaProperties Create() => new(Base64Url.EncodeToString(Guid.NewGuid().ToByteArray(bigEndian: true)));

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture,
        $"#\nversion={KafkaVersion}\ncluster.id={ClusterId}\nnode.id=0\n{DataVersionKey}={DataVersion}\n"));

    /// <exception cref="UnknownDataVersionException">A version that is absent or not known.</exception>
    public static MetaProperties Parse(string path, ReadOnlySpan<byte> content)
    {
        var properties = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var line in Encoding.UTF8.GetString(content).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            var at = line.IndexOf('=', StringComparison.Ordinal);
            if (at > 0 && line[0] != '#')
                properties[line[..at].Trim()] = line[(at + 1)..].Trim();
        }
        Require("version", KafkaVersion);
        Require(DataVersionKey, DataVersion);
        return properties.TryGetValue("cluster.id", out var id) && id.Length > 0 ? new MetaProperties(id) : throw new InvalidDataException($"{path} has no cluster.id.");

        void Require(string key, string known)
        {
            var found = properties.GetValueOrDefault(key, "none");
            if (found != known)
                throw new UnknownDataVersionException(path, $"{key}={found}", known);
        }
    }
}
