using System.Diagnostics;
using System.Globalization;
using System.Text;
using Confluent.Kafka;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>
/// Activities of published and received messages, by OpenTelemetry's messaging conventions; the trace context travels in
/// the headers <c>traceparent</c> and <c>tracestate</c> (W3C).
/// </summary>
internal static class KafkaActivities
{
    public const string SourceName = "Aspire.Confluent.Kafka";

    private static readonly ActivitySource Source = new(SourceName);

    public static bool IsListenedTo => Source.HasListeners();

    /// <summary>
    /// Starts the activity of a message and puts the trace context into its headers; null when nobody listens. It is not made
    /// the current one: it ends on another thread, when the delivery report comes (<see cref="End"/>).
    /// </summary>
    public static Activity? StartPublish<TKey, TValue>(string topic, Partition? partition, Message<TKey, TValue> message)
    {
        if (!Source.HasListeners()) return null;
        var current = Activity.Current;
        var activity = Source.StartActivity($"publish {topic}", ActivityKind.Producer);
        Activity.Current = current;
        if (activity is null) return null;
        SetDestination(activity, "publish", topic);
        if (partition is { IsSpecial: false } chosen) SetPartition(activity, chosen);
        message.Headers ??= [];
        DistributedContextPropagator.Current.Inject(activity, message.Headers, static (carrier, name, value) =>
        {
            var headers = (Headers)carrier!;
            headers.Remove(name);
            headers.Add(name, Encoding.UTF8.GetBytes(value));
        });
        return activity;
    }

    public static void End(Activity activity)
    {
        var current = Activity.Current;
        activity.Dispose();
        Activity.Current = current;
    }

    public static void Delivered(Activity activity, TopicPartitionOffset at)
    {
        SetPartition(activity, at.Partition);
        activity.SetTag("messaging.kafka.offset", at.Offset.Value);
    }

    public static void Failed(Activity activity, Error error)
    {
        activity.SetTag("error.type", error.Code.ToString());
        activity.SetStatus(ActivityStatusCode.Error, error.Reason);
    }

    /// <summary>One closed activity that links to the message's producer.</summary>
    public static void Received(TopicPartitionOffset at, Headers? headers, string groupId)
    {
        ActivityLink[] links = [];
        DistributedContextPropagator.Current.ExtractTraceIdAndState(headers, static (object? carrier, string name, out string? value, out IEnumerable<string>? values) =>
        {
            values = null;
            value = carrier is Headers known && known.TryGetLastBytes(name, out byte[] bytes) && bytes is not null ? Encoding.UTF8.GetString(bytes) : null;
        }, out string? parent, out string? state);
        if (ActivityContext.TryParse(parent, state, isRemote: true, out var producer)) links = [new ActivityLink(producer)];

        using var activity = Source.StartActivity(ActivityKind.Consumer, name: $"receive {at.Topic}", links: links);
        if (activity is null) return;
        SetDestination(activity, "receive", at.Topic);
        activity.SetTag("messaging.consumer.group.name", groupId);
        Delivered(activity, at);
    }

    private static void SetDestination(Activity activity, string operation, string topic)
    {
        activity.SetTag("messaging.system", "kafka");
        activity.SetTag("messaging.operation.name", operation);
        activity.SetTag("messaging.operation.type", operation == "publish" ? "send" : "receive");
        activity.SetTag("messaging.destination.name", topic);
    }

    private static void SetPartition(Activity activity, Partition partition) =>
        activity.SetTag("messaging.destination.partition.id", partition.Value.ToString(CultureInfo.InvariantCulture));
}
