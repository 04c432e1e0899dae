using CryptoAspire.Storage.Feeds;
using CryptoAspire.Storage.History;

namespace CryptoAspire.Producer.Feeds;

/// <summary>What a feed has to do with the database, where there is one: it keeps the venue's own candles, fetches again what it is asked to, and history.</summary>
internal sealed record FeedTables(VenueCandles Candles, RepairRequests Repairs, HistoryWork History);
