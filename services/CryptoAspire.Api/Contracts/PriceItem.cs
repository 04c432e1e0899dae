using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Contracts;

/// <summary>The newest price of one symbol over all its venues.</summary>
/// <param name="Symbol">Canonical, BASE-QUOTE.</param>
/// <param name="Source">Where the price came from; ends in -sim for simulated and in -replay for recorded data.</param>
/// <param name="Price">In the quote asset.</param>
/// <param name="Bid">Best bid where the venue gave one.</param>
/// <param name="Ask">Best ask where the venue gave one.</param>
/// <param name="Change24h">Price minus the first price of the 24 hours up to eventTime; null without trades.</param>
/// <param name="ChangePercent24h">The change in percent of that first price.</param>
/// <param name="Volume24h">Traded in the 24 hours up to eventTime in the base asset, all venues that we follow.</param>
/// <param name="VenueVolume24h">The volume that the venue itself stated last, where it did.</param>
/// <param name="EventTime">When the venue says that it happened.</param>
/// <param name="ProcessedAt">When it was stored.</param>
public sealed record PriceItem(
    string Symbol, string Source, decimal Price, decimal? Bid, decimal? Ask, decimal? Change24h, decimal? ChangePercent24h, decimal Volume24h, decimal? VenueVolume24h,
    DateTimeOffset EventTime, DateTimeOffset ProcessedAt)
{
    internal static PriceItem Of(LatestPrice p) =>
        new(p.Symbol, p.Source, p.Price, p.Bid, p.Ask, p.Change24h, p.ChangePercent24h, p.Volume24h, p.VenueVolume24h, p.EventTime, p.ProcessedAt);
}
