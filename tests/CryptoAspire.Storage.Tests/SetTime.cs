namespace CryptoAspire.Storage.Tests;

/// <summary>A clock that a test sets, also back.</summary>
internal sealed class SetTime(DateTimeOffset now) : TimeProvider
{
    public DateTimeOffset Now { get; set; } = now;

    public override DateTimeOffset GetUtcNow() => Now;
}
