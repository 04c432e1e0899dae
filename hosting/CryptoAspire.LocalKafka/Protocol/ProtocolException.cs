namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Bytes from the network that are not the message they claim to be. The connection they came on cannot be trusted any further.</summary>
public sealed class ProtocolException(string problem, ApiKey? api, short version, string fieldName, int position, long value)
    : IOException($"{(api is null ? "Kafka header" : $"Kafka {Name(api.Value)} v{version}")}, field {fieldName} at byte {position}: {problem}")
{
    /// <summary>The API being read; null while it is not known yet.</summary>
    public ApiKey? Api => api;

    public short Version => version;

    /// <summary>The field that could not be read, by Kafka's name for it.</summary>
    public string Field => fieldName;

    /// <summary>Where in the frame the field starts; the 4 bytes of the frame's length are not counted.</summary>
    public int Position => position;

    /// <summary>The offending length, count or number; -1 where there is none.</summary>
    public long Value => value;

    private static string Name(ApiKey api) => Enum.IsDefined(api) ? api.ToString() : $"API {(short)api}";
}
