using CryptoAspire.Storage.Feeds;

namespace CryptoAspire.Producer.Feeds;

/// <summary>What a feed has to do with the database, where there is one: it keeps the venue's own candles, and fetches again what it is asked to.</summary>
internal sealed record FeedTables(VenueCandles Candles, RepairRequests Repairs);
