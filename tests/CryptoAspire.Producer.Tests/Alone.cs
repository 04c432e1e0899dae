namespace CryptoAspire.Producer.Tests;

/// <summary>Tests that measure the process, which others must not share meanwhile.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
