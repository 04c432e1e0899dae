namespace CryptoAspire.MarketSimulator.Markets;

/// <summary>One trade that the market made.</summary>
/// <param name="Instrument">What was traded, and where.</param>
/// <param name="Id">Trade id of the venue: +1 per instrument, without holes.</param>
/// <param name="TimeUs">When it happened: Unix time in microseconds.</param>
/// <param name="Price">In the quote currency.</param>
/// <param name="Size">In the base asset.</param>
/// <param name="TakerBuys">True if the aggressor bought.</param>
/// <param name="Wire">The recorded message, byte for byte, when the trade comes from a capture; else empty.</param>
public readonly record struct MarketTrade(
    Instrument Instrument, long Id, long TimeUs, decimal Price, decimal Size, bool TakerBuys, ReadOnlyMemory<byte> Wire = default);
