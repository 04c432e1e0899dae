namespace CryptoAspire.LocalKafka.Server;

/// <summary>A partition by topic name.</summary>
internal readonly record struct TopicPartition(string Topic, int Partition)
{
    public override string ToString() => $"{Topic}-{Partition}";
}
