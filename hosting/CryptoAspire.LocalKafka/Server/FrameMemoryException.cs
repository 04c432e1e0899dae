namespace CryptoAspire.LocalKafka.Server;

/// <summary>There is no memory for a request within --frame-memory-bytes; its connection is closed, the client tries again.</summary>
internal sealed class FrameMemoryException(int bytes) : IOException($"no room for a request buffer of {bytes} bytes within --frame-memory-bytes");
