namespace CryptoAspire.LocalKafka;

/// <summary>What the process tells its starter.</summary>
public enum ExitCode
{
    /// <summary>Stopped as asked.</summary>
    Ok = 0,

    /// <summary>A fault of the broker itself.</summary>
    Fault = 1,

    /// <summary>An option or argument cannot be used.</summary>
    Usage = 2,

    /// <summary>Somebody else listens on the port.</summary>
    PortInUse = 3,

    /// <summary>A live broker holds the data directory.</summary>
    DataLocked = 4,

    /// <summary>No space left for the data directory.</summary>
    DiskFull = 5,

    /// <summary>The data directory was written by a version that this one cannot read.</summary>
    UnknownDataVersion = 6,

    /// <summary>The data directory cannot be read or written (permissions, a broken disk).</summary>
    DataUnusable = 7,

    /// <summary>A client command found no broker, topic or group.</summary>
    NotFound = 8,
}
