namespace CryptoAspire.Storage.Silver;

/// <summary>What a batch comes to: its rows, and what it changes beside them. Valid until its writer prepares the next.</summary>
internal sealed record SilverState
{
    public required SilverBatch Batch { get; init; }

    /// <summary>The batch's time: above the time of any batch before it in its partition, whatever the clock does.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The rows in COPY's format.</summary>
    public required SilverCopy Rows { get; init; }

    /// <summary>The same rows by their records' places in the batch, each with the time that it has in Silver, Unix microseconds.</summary>
    public required IReadOnlyList<(int Record, long ProcessedUs)> Accepted { get; init; }

    /// <summary>Records that Silver had.</summary>
    public required int Duplicates { get; init; }

    /// <summary>The feeds with changed progress.</summary>
    public required IReadOnlyList<KeyValuePair<FeedKey, Feed>> Feeds { get; init; }

    public required IReadOnlyDictionary<FeedKey, LatestPriceStatement.Row> Latest { get; init; }

    /// <summary>The candles' deltas.</summary>
    public required IReadOnlyList<CandleStatements.Row> Candles { get; init; }

    /// <summary>The watermarks that passed the end of a minute.</summary>
    public required IReadOnlyList<(string Symbol, string Venue, long WatermarkUs)> Marks { get; init; }
}
