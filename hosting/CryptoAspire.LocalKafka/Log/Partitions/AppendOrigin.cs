namespace CryptoAspire.LocalKafka.Log;

/// <summary>Who appends a batch.</summary>
public enum AppendOrigin
{
    /// <summary>A producer: sequences are checked, control batches are refused.</summary>
    Client,

    /// <summary>The broker itself: a batch without producer id or a control batch; sequences are not checked.</summary>
    Broker,
}
