using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>
/// Has the code of a client's first requests compiled before anybody is told that the broker listens: kafka-python gives up
/// when ApiVersions and Metadata take two seconds together.
/// </summary>
internal static class WarmUp
{
    /// <summary>A name that cannot exist: nothing is created, nothing is written.</summary>
    private const string NoTopic = "!";

    public static async Task RunAsync(string host, int port, CancellationToken cancel)
    {
        if (host is "0.0.0.0" or "::")
            host = "localhost";
        using var client = await BrokerClient.ConnectAsync(host, port, cancel).ConfigureAwait(false);
        await client.AskAsync<ApiVersionsRequest, ApiVersionsResponse>(new() { ClientSoftwareName = "localkafka", ClientSoftwareVersion = "1" }, 3, cancel).ConfigureAwait(false);
        await client.AskAsync<MetadataRequest, MetadataResponse>(new() { Topics = [new() { Name = NoTopic }] }, 4, cancel).ConfigureAwait(false);
        await client.AskAsync<FindCoordinatorRequest, FindCoordinatorResponse>(new() { Key = NoTopic }, 2, cancel).ConfigureAwait(false);
        await client.AskAsync<ProduceRequest, ProduceResponse>(
            new() { Acks = -1, TopicData = [new() { Name = NoTopic, PartitionData = [new() { Records = new byte[RecordBatchHeader.Size] }] }] }, 7, cancel).ConfigureAwait(false);
        await client.AskAsync<ListOffsetsRequest, ListOffsetsResponse>(new() { Topics = [new() { Name = NoTopic, Partitions = [new()] }] }, 2, cancel).ConfigureAwait(false);
        await client.AskAsync<FetchRequest, FetchResponse>(new() { Topics = [new() { Topic = NoTopic, Partitions = [new()] }] }, 11, cancel).ConfigureAwait(false);
    }
}
