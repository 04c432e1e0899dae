namespace CryptoAspire.StreamProcessor;

/// <summary>Settings of the processor, section <c>Silver</c>.</summary>
public sealed class SilverOptions
{
    public const string Section = "Silver";

    /// <summary>The Bronze topic that is consumed.</summary>
    public string Topic { get; set; } = "crypto_prices";

    /// <summary>The topic that changed candles are announced on.</summary>
    public string CandleTopic { get; set; } = "crypto_candles";

    /// <summary>How often a candle that changes all the time is announced at most, milliseconds.</summary>
    public int AnnounceMilliseconds { get; set; } = 100;

    /// <summary>The consumer group; all replicas share it.</summary>
    public string Group { get; set; } = "silver";

    /// <summary>How long the first record of a transaction waits for company, milliseconds.</summary>
    public int LingerMilliseconds { get; set; } = 3;

    /// <summary>While commits take longer than that, a wait as long as one costs no throughput; but no longer than this, milliseconds.</summary>
    public int LongestLingerMilliseconds { get; set; } = 5;

    /// <summary>With so many waiting there is no lingering: the rate is high, and the next batch fills while this one commits.</summary>
    public int EagerSize { get; set; } = 500;

    /// <summary>The most records in a transaction; a partition with as many waiting is not read further.</summary>
    public int BatchSize { get; set; } = 10_000;

    /// <summary>How many transactions run at the same time, each with one or several partitions: each holds a database connection while it does.</summary>
    public int ParallelCommits { get; set; } = 4;
}
