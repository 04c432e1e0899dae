namespace CryptoAspire.LocalKafka.Server;

/// <summary>A connection as <see cref="FrameMemory"/> sees it. The properties belong to its lock.</summary>
internal interface IFrameHolder
{
    long HeldBytes { get; set; }

    bool Evicted { get; set; }

    LinkedListNode<IFrameHolder>? Receiving { get; set; }

    /// <summary>Close the connection; its memory is released when its loop ends.</summary>
    void Evict();
}
