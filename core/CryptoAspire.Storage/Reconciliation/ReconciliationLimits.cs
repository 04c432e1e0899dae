namespace CryptoAspire.Storage.Reconciliation;

/// <summary>How far our minute may be from the venue's.</summary>
/// <param name="PriceBps">Largest difference of a price, basis points.</param>
/// <param name="VolumePercent">Largest difference of the volume, percent.</param>
/// <param name="Repairs">How often the trades of a minute are fetched again before it is left as it is.</param>
public sealed record ReconciliationLimits(decimal PriceBps, decimal VolumePercent, int Repairs);
