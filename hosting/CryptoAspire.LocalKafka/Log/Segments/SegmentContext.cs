namespace CryptoAspire.LocalKafka.Log;

/// <summary>What all segments of a store share.</summary>
internal sealed record SegmentContext(IFileSystem Files, FileCache Cache, int IndexIntervalBytes, int MaxIndexBytes);
