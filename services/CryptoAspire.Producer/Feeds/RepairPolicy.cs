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

    /// <summary>A longer gap is not fetched at all, only reported: it would take hours and mean that something else is wrong.</summary>
    public const long LongestGap = 1_000_000;

    public static RepairPolicy For(FeedMode mode) => mode == FeedMode.Replay
        ? new RepairPolicy(FromStart: true, Timeout.InfiniteTimeSpan) { MaxHeldUp = long.MaxValue }
        : new RepairPolicy(FromStart: false, TimeSpan.FromSeconds(30));
}
