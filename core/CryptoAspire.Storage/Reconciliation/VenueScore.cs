namespace CryptoAspire.Storage.Reconciliation;

/// <summary>One row of <c>reconciliation_scoreboard</c>: a venue's newest 24 hours of minutes.</summary>
/// <param name="Source">The venue's source.</param>
/// <param name="Minutes">Minutes that were compared, all symbols together.</param>
/// <param name="Agreeing">Of these, those that are as the venue's own.</param>
/// <param name="Score">100 x agreeing / minutes.</param>
/// <param name="MeanPriceBps">Mean difference of the prices, basis points.</param>
/// <param name="WorstPriceBps">Largest one.</param>
/// <param name="MeanVolumePercent">Mean difference of the volumes, percent.</param>
/// <param name="WorstVolumePercent">Largest one.</param>
/// <param name="Newest">Start of the newest minute.</param>
/// <param name="RepairsOpen">Repairs that were asked for and are not done.</param>
/// <param name="RepairsDone">Repairs that were done.</param>
/// <param name="RepairsFailed">Repairs that failed.</param>
public sealed record VenueScore(
    string Source, long Minutes, long Agreeing, decimal Score, decimal MeanPriceBps, decimal WorstPriceBps, decimal MeanVolumePercent, decimal WorstVolumePercent, DateTimeOffset Newest,
    long RepairsOpen, long RepairsDone, long RepairsFailed);
