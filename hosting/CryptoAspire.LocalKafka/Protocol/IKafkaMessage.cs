namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>The body of a request or a response, without its header: see <see cref="RequestHeader"/> and <see cref="ResponseHeader"/>.</summary>
public interface IKafkaMessage<TSelf> : IKafkaStruct<TSelf> where TSelf : IKafkaMessage<TSelf>
{
    static abstract ApiKey ApiKey { get; }

    static abstract bool IsResponse { get; }
}
