namespace CryptoAspire.LocalKafka.Server;

/// <summary>What a connection waits for.</summary>
internal enum ConnectionPhase
{
    /// <summary>The client's next request.</summary>
    Idle,

    /// <summary>The rest of a request that has begun.</summary>
    Receiving,

    /// <summary>The broker.</summary>
    Handling,

    /// <summary>The client to take its response.</summary>
    Sending,
}
