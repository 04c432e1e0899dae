namespace CryptoAspire.StreamProcessor.Retention;

/// <summary>How much of the past is kept, section <c>Retention</c>. On by default.</summary>
public sealed class RetentionOptions
{
    public const string Section = "Retention";

    /// <summary>Days that a day of Silver's rows is kept after its end, or after a replay brought it; candles and Gold stay.</summary>
    public int SilverDays { get; set; } = 30;

    /// <summary>The most that Silver's rows take, GiB: the oldest days go first, the last day never. 0: <see cref="DiskShare"/>.</summary>
    public double SilverGigabytes { get; set; }

    /// <summary>Without a limit in GiB: the part of PostgreSQL's disk (free, or Silver's already) that Silver's rows take, where PostgreSQL runs on this machine.</summary>
    public double DiskShare { get; set; } = 0.5;

    /// <summary>Days that market data (CoinGecko's rows) is kept. Sentiment, a row a day, and news stay.</summary>
    public double MarketDataDays { get; set; } = 90;

    /// <summary>Days that the venues' own candles, which ours were compared with, and gaps that were filled are kept.</summary>
    public double WitnessDays { get; set; } = 30;

    /// <summary>Days that Kafka keeps Bronze.</summary>
    public double BronzeDays { get; set; } = 7;

    /// <summary>The most that Bronze takes in Kafka, GiB, all partitions together; 0: a fifth of the disk where Kafka runs on this machine, else no limit.</summary>
    public double BronzeGigabytes { get; set; }

    /// <summary>How often old days are looked for.</summary>
    public TimeSpan Every { get; set; } = TimeSpan.FromMinutes(10);
}
