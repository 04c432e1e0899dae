namespace CryptoAspire.Market;

/// <summary>The taker's side of a trade: <see cref="Buy"/> when the buyer crossed the spread.</summary>
public enum Side : byte
{
    Buy,
    Sell,
}
