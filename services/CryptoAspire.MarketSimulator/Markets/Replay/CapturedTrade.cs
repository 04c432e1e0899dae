namespace CryptoAspire.MarketSimulator.Markets.Replay;

/// <summary>A trade as recorded.</summary>
/// <param name="Symbol">Upper case, as in the message: <c>BTCUSDT</c>.</param>
/// <param name="TimeUs">Trade time (<c>T</c>), Unix µs.</param>
/// <param name="Wire">The whole message, with its stream name.</param>
public sealed record CapturedTrade(string Symbol, long Id, long TimeUs, decimal Price, decimal Size, bool TakerBuys, byte[] Wire);
