namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>Why bytes are not one sound record batch, in the order in which it is checked.</summary>
public enum RecordBatchProblem
{
    None = 0,

    /// <summary>Fewer bytes than a header has.</summary>
    TooShort,

    /// <summary>Magic 0 or 1: a message set from before Kafka 0.11. Such a set has no batch length to check.</summary>
    UnsupportedMagic,

    /// <summary>The header's length is not the length of the bytes.</summary>
    WrongLength,

    /// <summary>The checksum does not match: the bytes were changed.</summary>
    WrongCrc,

    /// <summary>No records, or their count contradicts the last offset.</summary>
    WrongRecordCount,

    /// <summary>A compression code that Kafka does not define.</summary>
    UnknownCompression,
}
