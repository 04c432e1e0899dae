namespace CryptoAspire.MarketSimulator.Faults;

/// <summary>What can go wrong between an exchange and its clients.</summary>
public enum FaultKind
{
    /// <summary>All open sockets are reset.</summary>
    Drop,

    /// <summary>Open sockets stay open and nothing comes any more, for good; new connections work.</summary>
    HalfOpen,

    /// <summary>For a while nothing is sent; then it comes all at once.</summary>
    Stall,

    /// <summary>For a while a share of the messages comes twice.</summary>
    Duplicate,

    /// <summary>For a while a share of the messages comes after the one that follows it.</summary>
    Reorder,

    /// <summary>For a while a share of the messages does not come.</summary>
    Gap,

    /// <summary>For a while a share of the messages is followed by bytes that are no message.</summary>
    Garbage,

    /// <summary>For a while every REST request is answered with 429 and Retry-After.</summary>
    RateLimit,

    /// <summary>For a while every REST request is answered with 503.</summary>
    Unavailable,

    /// <summary>For a while every REST request is answered with a gigabyte of zeros that fits into one megabyte.</summary>
    ZipBomb,

    /// <summary>For a while the exchange's clock is wrong by <c>offset</c> seconds.</summary>
    ClockSkew,

    /// <summary>The exchange says that it will cut all open connections, and does so after <c>seconds</c>, as Binance does at 24 hours.</summary>
    Cut,
}
