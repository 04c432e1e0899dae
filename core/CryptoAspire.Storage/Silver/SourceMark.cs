namespace CryptoAspire.Storage.Silver;

/// <summary>How far one source of a symbol had come when its last batch was committed.</summary>
/// <param name="Symbol">The canonical symbol.</param>
/// <param name="Source">The source.</param>
/// <param name="NewestUs">Its newest event, Unix microseconds.</param>
/// <param name="SpokeUs">When it was last heard, Unix microseconds by the writer's clock.</param>
internal readonly record struct SourceMark(string Symbol, string Source, long NewestUs, long SpokeUs);
