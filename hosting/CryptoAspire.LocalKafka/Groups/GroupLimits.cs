namespace CryptoAspire.LocalKafka.Groups;

/// <summary>What a group is held to. Times in milliseconds.</summary>
/// <param name="InitialRebalanceDelayMs">How long the first join of an empty group waits for company (group.initial.rebalance.delay.ms).</param>
/// <param name="MinSessionTimeoutMs">group.min.session.timeout.ms.</param>
/// <param name="MaxSessionTimeoutMs">group.max.session.timeout.ms.</param>
/// <param name="MaxSize">group.max.size: members of one group.</param>
internal sealed record GroupLimits(
    int InitialRebalanceDelayMs = 200, int MinSessionTimeoutMs = 6_000, int MaxSessionTimeoutMs = 1_800_000, int MaxSize = 10_000);
