namespace CryptoAspire.Storage.History;

/// <summary>What became of a file's rows before they were written.</summary>
/// <param name="Read">All of them.</param>
/// <param name="Rejected">Refused.</param>
/// <param name="Empty">That say that nothing was traded.</param>
public readonly record struct LoadCounts(long Read, long Rejected, long Empty);
