namespace CryptoAspire.LocalKafka.Tests.Fuzz;

/// <summary>Tests that count the allocations of the whole process run after the others, one by one.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    /// <summary>The collection's name.</summary>
    public const string Name = "alone";
}
