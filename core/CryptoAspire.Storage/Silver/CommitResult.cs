using CryptoAspire.Market;

namespace CryptoAspire.Storage.Silver;

/// <summary>What became of a batch.</summary>
/// <param name="Committed">False: the fence stood elsewhere, nothing was written; go on reading at <paramref name="NextOffset"/>.</param>
/// <param name="NextOffset">Where the fence stands now.</param>
/// <param name="Rows">Records new to Silver.</param>
/// <param name="Duplicates">Records that Silver had.</param>
/// <param name="Quarantined">Records refused.</param>
/// <param name="Candles">The candles that changed, to be announced.</param>
public sealed record CommitResult(bool Committed, long NextOffset, int Rows, int Duplicates, int Quarantined, IReadOnlyList<Candle> Candles);
