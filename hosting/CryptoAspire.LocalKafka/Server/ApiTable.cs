using CryptoAspire.LocalKafka.Apis;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Telemetry;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>Finds the handler of a request. One line an API: this is the list of what the broker can do.</summary>
internal sealed partial class ApiTable
{
    private readonly Api?[] _apis = new Api?[64];
    private readonly BrokerMetrics _metrics;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;

    public ApiTable(Broker broker, ILogger<ApiTable> logger)
    {
        (_metrics, _time, _logger) = (broker.Metrics, broker.Time, logger);
        foreach (var api in (Api[])
        [
            new ProduceApi(broker),
            new FetchApi(broker),
            new ListOffsetsApi(broker),
            new MetadataApi(broker),
            new OffsetCommitApi(broker),
            new OffsetFetchApi(broker),
            new FindCoordinatorApi(broker),
            new JoinGroupApi(broker),
            new HeartbeatApi(broker),
            new LeaveGroupApi(broker),
            new SyncGroupApi(broker),
            new DescribeGroupsApi(broker),
            new ListGroupsApi(broker),
            new ApiVersionsApi(),
            new CreateTopicsApi(broker),
            new DeleteTopicsApi(broker),
            new DeleteRecordsApi(broker),
            new InitProducerIdApi(broker),
            new OffsetForLeaderEpochApi(broker),
            new AddPartitionsToTxnApi(broker),
            new AddOffsetsToTxnApi(broker),
            new EndTxnApi(broker),
            new TxnOffsetCommitApi(broker),
            new DescribeConfigsApi(broker),
            new AlterConfigsApi(broker),
            new CreatePartitionsApi(broker),
            new DeleteGroupsApi(broker),
            new IncrementalAlterConfigsApi(broker),
            new OffsetDeleteApi(broker),
        ])
            _apis[(int)api.Key] = api;
    }

    /// <summary>The handler of a served key.</summary>
    public Api? Find(ApiKey key) => (uint)key < (uint)_apis.Length ? _apis[(int)key] : null;

    /// <summary>Handles one request; its answer, if any, is in the context's output afterwards.</summary>
    /// <returns>False: not served, the connection is to be closed (as Kafka does).</returns>
    /// <exception cref="ProtocolException">The frame is not a request.</exception>
    public ValueTask<bool> DispatchAsync(ReadOnlyMemory<byte> frame, RequestContext context)
    {
        var reader = new KafkaReader(frame);
        var header = RequestHeader.Read(ref reader);
        context.Start(header);
        if (!header.IsSupported)
        {
            if (header.ApiKey == ApiKey.ApiVersions)
            {
                ApiVersionsApi.RefuseVersion(context);
                return ValueTask.FromResult(true);
            }
            _metrics.ProtocolErrors.Add(1);
            LogUnsupported(_logger, header.ApiKey, header.ApiVersion, header.ClientId);
            return ValueTask.FromResult(false);
        }

        var started = _time.GetTimestamp();
        var handling = Find(header.ApiKey)!.HandleAsync(ref reader, context);
        return FinishAsync(handling, header.ApiKey, started);
    }

    private async ValueTask<bool> FinishAsync(ValueTask handling, ApiKey key, long started)
    {
        await handling.ConfigureAwait(false);
        _metrics.Request(key, _time.GetElapsedTime(started));
        return true;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Api} v{Version} is not served; closing the connection of {ClientId}")]
    private static partial void LogUnsupported(ILogger logger, ApiKey api, short version, string? clientId);
}
