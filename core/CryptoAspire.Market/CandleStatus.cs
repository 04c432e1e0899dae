namespace CryptoAspire.Market;

/// <summary>How settled a candle is. A label only: late trades always merge.</summary>
public enum CandleStatus : byte
{
    /// <summary>The watermark has not passed its end.</summary>
    Open,

    /// <summary>The watermark passed its end.</summary>
    Final,

    /// <summary>It changed after it was final.</summary>
    Corrected,
}
