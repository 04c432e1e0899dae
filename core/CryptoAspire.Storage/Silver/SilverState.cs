namespace CryptoAspire.Storage.Silver;

/// <summary>What a batch changes beside the rows.</summary>
internal sealed record SilverState
{
    public required SilverBatch Batch { get; init; }

    /// <summary>The batch's time: above the time of any batch before it in its partition, whatever the clock does.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>The feeds with changed progress, sorted.</summary>
    public required IReadOnlyList<KeyValuePair<FeedKey, Feed>> Feeds { get; init; }

    public required IReadOnlyDictionary<FeedKey, LatestPriceStatement.Row> Latest { get; init; }

    /// <summary>The candles' deltas, sorted by key.</summary>
    public required IReadOnlyList<CandleStatements.Row> Candles { get; init; }

    /// <summary>The watermarks that passed the end of a minute.</summary>
    public required IReadOnlyList<(string Symbol, string Venue, long WatermarkUs)> Marks { get; init; }
}
