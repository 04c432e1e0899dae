namespace CryptoAspire.LocalKafka.Apis;

/// <summary>Bit fields of what the client may do: everything, as from a Kafka without authorizer. Bits: Kafka's AclOperation codes.</summary>
internal static class AuthorizedOperations
{
    /// <summary>Not asked for.</summary>
    public const int NotAsked = int.MinValue;

    /// <summary>Read, Write, Create, Delete, Alter, Describe, DescribeConfigs, AlterConfigs.</summary>
    public const int Topic = 1 << 3 | 1 << 4 | 1 << 5 | 1 << 6 | 1 << 7 | 1 << 8 | 1 << 10 | 1 << 11;

    /// <summary>Create, Alter, Describe, ClusterAction, DescribeConfigs, AlterConfigs, IdempotentWrite.</summary>
    public const int Cluster = 1 << 5 | 1 << 7 | 1 << 8 | 1 << 9 | 1 << 10 | 1 << 11 | 1 << 12;

    /// <summary>Read, Delete, Describe.</summary>
    public const int Group = 1 << 3 | 1 << 6 | 1 << 8;
}
