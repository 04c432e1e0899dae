namespace CryptoAspire.Producer.Feeds;

/// <summary>How hard to try for trades that were missed.</summary>
/// <param name="FromStart">
/// With nothing known, fetch everything since the venue's first trade: right for a capture, absurd for an exchange, of which a first page is fetched,
/// so that charts do not begin empty.
/// </param>
/// <param name="Patience">How long live trades of the instrument wait for the missed ones before they pass.</param>
public sealed record RepairPolicy(bool FromStart, TimeSpan Patience)
{
    /// <summary>Longest stretch that live trades wait for; the older part of a longer one is fetched beside them.</summary>
    public long MaxHeldUp { get; init; } = 5_000;

    /// <summary>Live trades of one instrument held back meanwhile; beyond it the socket waits.</summary>
    public int HoldLimit { get; init; } = 10_000;

    /// <summary>How long trades may come after the venue's word of them (on another channel) before they count as lost.</summary>
    public TimeSpan PromiseGrace { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>A longer gap is not fetched at all, only recorded: it would take hours and mean that something else is wrong.</summary>
    public const long LongestGap = 1_000_000;

    /// <summary>The same for a gap of which only the times are known.</summary>
    public static readonly TimeSpan LongestSpan = TimeSpan.FromDays(1);

    /// <summary>How long live trades wait when nothing else is said.</summary>
    public static readonly TimeSpan UsualPatience = TimeSpan.FromSeconds(30);

    public static RepairPolicy For(FeedMode mode, TimeSpan? patience = null) => mode == FeedMode.Replay
        ? new RepairPolicy(FromStart: true, Timeout.InfiniteTimeSpan) { MaxHeldUp = long.MaxValue }
        : new RepairPolicy(FromStart: false, patience ?? UsualPatience);

    /// <summary>The reason not to fetch a gap; null for one that is to be fetched.</summary>
    public static string? WhyNotToFetch(TradeGap gap) =>
        gap.Count > LongestGap ? $"more than {LongestGap} trades are not fetched"
        : gap.Count is not null ? null
        : gap.FromUs <= 0 ? "nothing is known of when it began"
        : gap.ToUs - gap.FromUs > LongestSpan.TotalMicroseconds ? $"more than {LongestSpan.TotalHours:0} hours are not fetched"
        : null;
}
