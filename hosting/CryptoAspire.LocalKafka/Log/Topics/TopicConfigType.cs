namespace CryptoAspire.LocalKafka.Log;

/// <summary>Kafka's config_type numbers of DescribeConfigs.</summary>
public enum TopicConfigType : sbyte
{
    /// <summary>Free text.</summary>
    Text = 2,

    /// <summary>32-bit integer.</summary>
    Int = 3,

    /// <summary>64-bit integer.</summary>
    Long = 5,

    /// <summary>Comma-separated words.</summary>
    List = 7,
}
