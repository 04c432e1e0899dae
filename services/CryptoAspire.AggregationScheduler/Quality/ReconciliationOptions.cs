using CryptoAspire.Storage.Reconciliation;

namespace CryptoAspire.AggregationScheduler.Quality;

/// <summary>Section <c>Reconciliation</c>.</summary>
internal sealed class ReconciliationOptions
{
    public const string Section = "Reconciliation";

    /// <summary>Largest difference of a price, basis points.</summary>
    public decimal PriceBps { get; set; } = 1;

    /// <summary>Largest difference of a minute's volume, percent.</summary>
    public decimal VolumePercent { get; set; } = 0.1m;

    /// <summary>How often the trades of a minute or a gap are fetched again before it is left as it is.</summary>
    public int Repairs { get; set; } = 3;

    /// <summary>How far back minutes are compared, when a run is not asked for a range.</summary>
    public TimeSpan LookBack { get; set; } = TimeSpan.FromHours(6);

    public ReconciliationLimits Limits => new(PriceBps, VolumePercent, Repairs);
}
