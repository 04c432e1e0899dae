using System.Diagnostics;
using System.Text;
using Aspire.Confluent.Kafka;
using Confluent.Kafka;
using CryptoAspire.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

/// <summary>AddKafkaProducer and AddKafkaConsumer as a service uses them.</summary>
public sealed class AspireKafkaTests(KafkaBroker broker) : IClassFixture<KafkaBroker>
{
    [Fact]
    public async Task Message_goes_from_the_registered_producer_to_the_registered_consumer_with_metrics_and_health()
    {
        string topic = KafkaBroker.NewName("topic");
        await using var service = await Service.StartAsync(
            new()
            {
                ["ConnectionStrings:kafka"] = broker.BootstrapServers,
                ["Aspire:Confluent:Kafka:Producer:Config:LingerMs"] = "1",
                ["Aspire:Confluent:Kafka:Consumer:kafka:Config:GroupId"] = KafkaBroker.NewName("group"),
                ["Aspire:Confluent:Kafka:Consumer:Config:AutoOffsetReset"] = "Earliest",
                ["Aspire:Confluent:Kafka:Consumer:Config:StatisticsIntervalMs"] = "200",
                ["Aspire:Confluent:Kafka:Producer:Config:StatisticsIntervalMs"] = "200"
            },
            builder =>
            {
                builder.AddKafkaProducer<string, string>("kafka");
                builder.AddKafkaConsumer<string, string>("kafka");
            });

        var producer = service.Services.GetRequiredService<IProducer<string, string>>();
        for (int i = 0; i < 3; i++) await producer.ProduceAsync(topic, new() { Key = "k", Value = $"{i}" });
        var consumer = service.Services.GetRequiredService<IConsumer<string, string>>();
        consumer.Subscribe(topic);
        Assert.Equal("0", Receive(consumer).Message.Value);

        // Statistics of a consumer come while it is polled.
        string metrics = await Eventually.Value(async () =>
        {
            consumer.Consume(50);
            return await service.Client.GetStringAsync("/metrics");
        }, text => text.Split('\n').Any(line => line.StartsWith("messaging_receive_messages_total{", StringComparison.Ordinal) && line.EndsWith(" 3", StringComparison.Ordinal)) && text.Contains("messaging_kafka_consumer_lag{", StringComparison.Ordinal));
        Assert.Contains(metrics.Split('\n'), line => line.StartsWith("messaging_publish_messages_total{", StringComparison.Ordinal) && line.Contains("type=\"producer\"") && line.EndsWith(" 3", StringComparison.Ordinal));
        Assert.Contains($"messaging_destination_name=\"{topic}\"", metrics);

        // The first probe creates its topic, which can take longer than the second it has.
        await Eventually.Passes(async () =>
        {
            string health = await service.Client.GetStringAsync("/health");
            Assert.Contains("\"name\":\"Aspire.Confluent.Kafka.Producer\",\"status\":\"Healthy\"", health);
            Assert.Contains("\"name\":\"Aspire.Confluent.Kafka.Consumer\",\"status\":\"Healthy\"", health);
        });
        consumer.Close();
    }

    [Fact]
    public async Task Trace_context_travels_with_the_message()
    {
        string topic = KafkaBroker.NewName("topic");
        var activities = new List<Activity>();
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name is "Aspire.Confluent.Kafka" or "CryptoAspire.Tests.Kafka",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = activity => { lock (activities) activities.Add(activity); }
        };
        ActivitySource.AddActivityListener(listener);
        await using var service = await ServiceAsync();
        var producer = service.Services.GetRequiredKeyedService<IProducer<string, string>>("kafka");
        var consumer = service.Services.GetRequiredKeyedService<IConsumer<string, string>>("kafka");
        using var source = new ActivitySource("CryptoAspire.Tests.Kafka");

        var reported = new TaskCompletionSource<Activity?>(TaskCreationOptions.RunContinuationsAsynchronously);
        string? traceId;
        using (var work = source.StartActivity("work"))
        {
            traceId = work!.TraceId.ToString();
            await producer.ProduceAsync(topic, new() { Key = "k", Value = "awaited" });
            Assert.Same(work, Activity.Current);
            producer.Produce(topic, new() { Key = "k", Value = "reported" }, _ => reported.SetResult(Activity.Current));
            Assert.Same(work, Activity.Current);
            Assert.Null(await reported.Task.WaitAsync(TimeSpan.FromSeconds(10)));
        }
        consumer.Subscribe(topic);
        var received = new[] { Receive(consumer), Receive(consumer) };
        consumer.Close();

        foreach (var result in received) Assert.Contains(traceId, Encoding.UTF8.GetString(result.Message.Headers.GetLastBytes("traceparent")));
        Activity[] ofTopic;
        lock (activities) ofTopic = [.. activities.Where(activity => activity.GetTagItem("messaging.destination.name") as string == topic)];
        var published = ofTopic.Where(activity => activity.OperationName == $"publish {topic}").ToArray();
        Assert.Equal(2, published.Length);
        Assert.All(published, activity => Assert.Equal(traceId, activity.TraceId.ToString()));
        Assert.Equal([0L, 1L], published.Select(activity => activity.GetTagItem("messaging.kafka.offset")).Order());
        var receipts = ofTopic.Where(activity => activity.OperationName == $"receive {topic}").ToArray();
        Assert.Equal(published.Select(activity => activity.SpanId).Order(Comparer<ActivitySpanId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))),
            receipts.Select(activity => activity.Links.Single().Context.SpanId).Order(Comparer<ActivitySpanId>.Create((a, b) => string.CompareOrdinal(a.ToString(), b.ToString()))));
    }

    [Fact]
    public async Task Missing_settings_are_said_in_aspires_words()
    {
        await using var service = await Service.StartAsync(configure: builder =>
        {
            builder.AddKafkaProducer<string, string>("kafka", (KafkaProducerSettings settings) => settings.DisableHealthChecks = true);
            builder.AddKafkaConsumer<string, string>("kafka", (KafkaConsumerSettings settings) => settings.Config.BootstrapServers = "127.0.0.1:1");
            builder.AddKeyedKafkaConsumer<string, string>("other");
        });

        Assert.Equal("No bootstrap servers configured.", Assert.Throws<InvalidOperationException>(() => service.Services.GetRequiredService<IProducer<string, string>>()).Message);
        Assert.Equal("No group id configured.", Assert.Throws<InvalidOperationException>(() => service.Services.GetRequiredService<IConsumer<string, string>>()).Message);
        Assert.Equal("No bootstrap servers configured.", Assert.Throws<InvalidOperationException>(() => service.Services.GetRequiredKeyedService<IConsumer<string, string>>("other")).Message);
    }

    [Fact]
    public async Task Callers_own_handlers_stay_and_settings_can_leave_parts_out()
    {
        var statistics = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var service = await Service.StartAsync(new() { ["ConnectionStrings:kafka"] = broker.BootstrapServers }, builder =>
        {
            builder.AddKeyedKafkaProducer<Null, string>("kafka",
                (KafkaProducerSettings settings) => (settings.DisableTracing, settings.DisableHealthChecks, settings.Config.StatisticsIntervalMs) = (true, true, 100),
                (ProducerBuilder<Null, string> client) => client.SetStatisticsHandler((_, json) => statistics.TrySetResult(json)));
        });

        var producer = service.Services.GetRequiredKeyedService<IProducer<Null, string>>("kafka");
        Assert.IsNotType<CryptoAspire.ServiceDefaults.Kafka.TracingProducer<Null, string>>(producer);
        Assert.Contains("\"type\": \"producer\"", (await statistics.Task.WaitAsync(TimeSpan.FromSeconds(10))).Replace("\":\"", "\": \"", StringComparison.Ordinal));
        Assert.DoesNotContain("Kafka", await service.Client.GetStringAsync("/health"));
    }

    [Fact]
    public async Task Health_follows_the_broker_down_and_up()
    {
        await using var own = await LocalKafkaProcess.StartAsync();
        await using var service = await Service.StartAsync(new() { ["ConnectionStrings:kafka"] = own.BootstrapServers }, builder => builder.AddKeyedKafkaProducer<Null, string>("kafka"));
        await ExpectAsync(HealthStatus.Healthy);

        await own.KillAsync();
        await ExpectAsync(HealthStatus.Unhealthy);
        await own.RestartAsync();
        await ExpectAsync(HealthStatus.Healthy);

        Task ExpectAsync(HealthStatus status) => Eventually.Value(
            async () => (await service.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync()).Entries["Aspire.Confluent.Kafka.Producer_kafka"],
            entry => entry.Status == status, text: $"{status}");
    }

    private Task<Service> ServiceAsync() => Service.StartAsync(
        new() { ["ConnectionStrings:kafka"] = broker.BootstrapServers },
        builder =>
        {
            builder.AddKeyedKafkaProducer<string, string>("kafka");
            builder.AddKeyedKafkaConsumer<string, string>("kafka", (KafkaConsumerSettings settings) =>
                (settings.Config.GroupId, settings.Config.AutoOffsetReset) = (KafkaBroker.NewName("group"), AutoOffsetReset.Earliest));
        });

    private static ConsumeResult<string, string> Receive(IConsumer<string, string> consumer) =>
        consumer.Consume(TimeSpan.FromSeconds(15)) ?? throw new TimeoutException("No message within 15 s.");
}
