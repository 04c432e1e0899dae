using System.Diagnostics;
using Confluent.Kafka;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>
/// A producer whose messages carry the trace context in their headers, with one activity a message, named by
/// OpenTelemetry's messaging conventions. While nobody listens it adds one check.
/// </summary>
internal sealed class TracingProducer<TKey, TValue>(IProducer<TKey, TValue> inner) : IProducer<TKey, TValue>
{
    public Handle Handle => inner.Handle;

    public string Name => inner.Name;

    public Task<DeliveryResult<TKey, TValue>> ProduceAsync(string topic, Message<TKey, TValue> message, CancellationToken cancellationToken = default) =>
        KafkaActivities.StartPublish(topic, null, message) is { } activity
            ? TraceAsync(activity, inner.ProduceAsync(topic, message, cancellationToken))
            : inner.ProduceAsync(topic, message, cancellationToken);

    public Task<DeliveryResult<TKey, TValue>> ProduceAsync(TopicPartition topicPartition, Message<TKey, TValue> message, CancellationToken cancellationToken = default) =>
        KafkaActivities.StartPublish(topicPartition.Topic, topicPartition.Partition, message) is { } activity
            ? TraceAsync(activity, inner.ProduceAsync(topicPartition, message, cancellationToken))
            : inner.ProduceAsync(topicPartition, message, cancellationToken);

    public void Produce(string topic, Message<TKey, TValue> message, Action<DeliveryReport<TKey, TValue>>? deliveryHandler = null)
    {
        if (KafkaActivities.StartPublish(topic, null, message) is not { } activity) inner.Produce(topic, message, deliveryHandler);
        else ProduceTraced(activity, topic, message, deliveryHandler);
    }

    public void Produce(TopicPartition topicPartition, Message<TKey, TValue> message, Action<DeliveryReport<TKey, TValue>>? deliveryHandler = null)
    {
        if (KafkaActivities.StartPublish(topicPartition.Topic, topicPartition.Partition, message) is not { } activity) inner.Produce(topicPartition, message, deliveryHandler);
        else ProduceTraced(activity, topicPartition, message, deliveryHandler);
    }

    public int AddBrokers(string brokers) => inner.AddBrokers(brokers);

    public void SetSaslCredentials(string username, string password) => inner.SetSaslCredentials(username, password);

    public int Poll(TimeSpan timeout) => inner.Poll(timeout);

    public int Flush(TimeSpan timeout) => inner.Flush(timeout);

    public void Flush(CancellationToken cancellationToken = default) => inner.Flush(cancellationToken);

    public void InitTransactions(TimeSpan timeout) => inner.InitTransactions(timeout);

    public void BeginTransaction() => inner.BeginTransaction();

    public void CommitTransaction(TimeSpan timeout) => inner.CommitTransaction(timeout);

    public void CommitTransaction() => inner.CommitTransaction();

    public void AbortTransaction(TimeSpan timeout) => inner.AbortTransaction(timeout);

    public void AbortTransaction() => inner.AbortTransaction();

    public void SendOffsetsToTransaction(IEnumerable<TopicPartitionOffset> offsets, IConsumerGroupMetadata groupMetadata, TimeSpan timeout) =>
        inner.SendOffsetsToTransaction(offsets, groupMetadata, timeout);

    public void Dispose() => inner.Dispose();

    private static async Task<DeliveryResult<TKey, TValue>> TraceAsync(Activity activity, Task<DeliveryResult<TKey, TValue>> delivery)
    {
        try
        {
            var result = await delivery;
            KafkaActivities.Delivered(activity, result.TopicPartitionOffset);
            return result;
        }
        catch (KafkaException e)
        {
            KafkaActivities.Failed(activity, e.Error);
            throw;
        }
        finally
        {
            KafkaActivities.End(activity);
        }
    }

    // Apart from Produce, whose ordinary path must not pay for these closures.
    private void ProduceTraced(Activity activity, string topic, Message<TKey, TValue> message, Action<DeliveryReport<TKey, TValue>>? deliveryHandler) =>
        Trace(activity, deliveryHandler, handler => inner.Produce(topic, message, handler));

    private void ProduceTraced(Activity activity, TopicPartition topicPartition, Message<TKey, TValue> message, Action<DeliveryReport<TKey, TValue>>? deliveryHandler) =>
        Trace(activity, deliveryHandler, handler => inner.Produce(topicPartition, message, handler));

    private static void Trace(Activity activity, Action<DeliveryReport<TKey, TValue>>? deliveryHandler, Action<Action<DeliveryReport<TKey, TValue>>> produce)
    {
        try
        {
            produce(report =>
            {
                if (report.Error.IsError) KafkaActivities.Failed(activity, report.Error);
                else KafkaActivities.Delivered(activity, report.TopicPartitionOffset);
                KafkaActivities.End(activity);
                deliveryHandler?.Invoke(report);
            });
        }
        catch (KafkaException e)
        {
            KafkaActivities.Failed(activity, e.Error);
            KafkaActivities.End(activity);
            throw;
        }
    }
}
