using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>One instrument that a feed follows, and where its trades go.</summary>
internal sealed record FeedLine(VenueInstrument Instrument, ITradeSequence Trades);
