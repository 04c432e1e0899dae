using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>FindCoordinator (10): always this broker, for groups (key type 0) and transactional ids (1).</summary>
internal sealed class FindCoordinatorApi(Broker broker) : Api<FindCoordinatorRequest, FindCoordinatorResponse>
{
    protected override ValueTask<FindCoordinatorResponse?> AnswerAsync(FindCoordinatorRequest request, RequestContext context) =>
        ValueTask.FromResult<FindCoordinatorResponse?>(request.KeyType is 0 or 1
            ? new FindCoordinatorResponse { NodeId = Broker.NodeId, Host = broker.AdvertisedHost, Port = broker.AdvertisedPort }
            : new FindCoordinatorResponse { ErrorCode = ErrorCode.InvalidRequest, ErrorMessage = $"key_type {request.KeyType}: 0 (group) or 1 (transaction)", NodeId = -1, Port = -1 });
}
