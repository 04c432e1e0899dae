namespace CryptoAspire.LocalKafka.Log;

/// <summary>When appended bytes are forced to stable storage.</summary>
public enum FlushMode
{
    /// <summary>Every <see cref="LogStoreOptions.FlushInterval"/>, on roll, on a transaction marker and on shutdown. A dead process loses nothing, a power cut up to the interval.</summary>
    Interval,

    /// <summary>Before an append is acknowledged; one fsync serves all appends that wait for the file.</summary>
    Always,
}
