namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>A trade as recorded.</summary>
/// <param name="Instrument">What was traded, and where.</param>
/// <param name="TimeUs">Trade time (<c>T</c>), Unix µs.</param>
/// <param name="Wire">The whole message as it came, where it can be played so; else empty.</param>
public sealed record CapturedTrade(Instrument Instrument, long Id, long TimeUs, decimal Price, decimal Size, bool TakerBuys, byte[] Wire);
