namespace CryptoAspire.Storage.Silver;

/// <summary>The fence of a partition.</summary>
/// <param name="Next">The first offset that is not committed.</param>
/// <param name="CommittedUs">The time of the last commit, Unix microseconds; 0 before the first.</param>
internal readonly record struct Fence(long Next, long CommittedUs);
