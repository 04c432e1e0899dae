namespace CryptoAspire.Storage.Feeds;

/// <summary>How one producer's feed of one venue fares: a row of <c>feed_state</c>.</summary>
public sealed record FeedStateRow
{
    public required string Source { get; init; }

    /// <summary>Which producer.</summary>
    public required string Instance { get; init; }

    public required string Venue { get; init; }

    /// <summary>connecting, connected, polling, waiting or no instruments.</summary>
    public required string State { get; init; }

    public required DateTimeOffset Since { get; init; }

    public string? LastProblem { get; init; }

    public DateTimeOffset? LastMessageAt { get; init; }

    public required long Messages { get; init; }

    public required double MessagesPerSecond { get; init; }

    public required long Trades { get; init; }

    public required long Tickers { get; init; }

    public required long Duplicates { get; init; }

    public required long Rejected { get; init; }

    public required long Reconnects { get; init; }

    public required long Rotations { get; init; }

    public required long Repaired { get; init; }

    public required int GapsOpen { get; init; }

    public required long GapsFilled { get; init; }

    public required int GapsLost { get; init; }

    /// <summary>The venue's clock minus ours, milliseconds.</summary>
    public double? ClockOffsetMs { get; init; }

    public required IReadOnlyList<string> Instruments { get; init; }

    public required IReadOnlyList<string> Refused { get; init; }

    public DateTimeOffset UpdatedAt { get; init; }
}
