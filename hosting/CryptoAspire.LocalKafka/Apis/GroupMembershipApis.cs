using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>JoinGroup (11): parked until the generation is formed.</summary>
internal sealed class JoinGroupApi(Broker broker) : Api<JoinGroupRequest, JoinGroupResponse>
{
    /// <summary>From here on a newcomer is told its id first (KIP-394).</summary>
    private const short FirstWithRequiredId = 4;

    protected override async ValueTask<JoinGroupResponse?> AnswerAsync(JoinGroupRequest request, RequestContext context)
    {
        if (request.GroupId.Length == 0)
            return Answer(JoinOutcome.Failed(ErrorCode.InvalidGroupId, request.MemberId));
        var newMemberId = $"{request.GroupInstanceId ?? context.ClientId}-{Guid.NewGuid()}";
        var protocols = request.Protocols.Select(p => new GroupProtocol(p.Name, p.Metadata)).ToArray();
        var join = new JoinInput(
            Ticket: 0, request.MemberId, newMemberId, request.GroupInstanceId, context.ClientId, context.ClientHost, request.SessionTimeoutMs,
            context.Version == 0 ? request.SessionTimeoutMs : request.RebalanceTimeoutMs, request.ProtocolType, protocols,
            MustKnowId: context.Version >= FirstWithRequiredId);
        return Answer(await broker.Groups.JoinAsync(request.GroupId, join).WaitAsync(context.Gone).ConfigureAwait(false));
    }

    private JoinGroupResponse Answer(JoinOutcome outcome)
    {
        broker.Metrics.Error(outcome.Error);
        return new JoinGroupResponse
        {
            ErrorCode = outcome.Error, GenerationId = outcome.Generation, ProtocolName = outcome.Protocol ?? "", Leader = outcome.Leader, MemberId = outcome.MemberId,
            Members =
            [
                .. outcome.Members.Select(m => new JoinGroupResponse.JoinGroupResponseMember
                {
                    MemberId = m.MemberId, GroupInstanceId = m.InstanceId, Metadata = m.Metadata,
                }),
            ],
        };
    }
}

/// <summary>SyncGroup (14): parked until the leader has brought the assignment.</summary>
internal sealed class SyncGroupApi(Broker broker) : Api<SyncGroupRequest, SyncGroupResponse>
{
    protected override async ValueTask<SyncGroupResponse?> AnswerAsync(SyncGroupRequest request, RequestContext context)
    {
        var assignments = request.Assignments.Select(a => KeyValuePair.Create(a.MemberId, a.Assignment)).ToArray();
        var sync = new SyncInput(Ticket: 0, request.GenerationId, request.MemberId, request.GroupInstanceId, assignments);
        var outcome = await broker.Groups.SyncAsync(request.GroupId, sync).WaitAsync(context.Gone).ConfigureAwait(false);
        broker.Metrics.Error(outcome.Error);
        return new SyncGroupResponse { ErrorCode = outcome.Error, Assignment = outcome.Assignment };
    }
}

/// <summary>Heartbeat (12).</summary>
internal sealed class HeartbeatApi(Broker broker) : Api<HeartbeatRequest, HeartbeatResponse>
{
    protected override async ValueTask<HeartbeatResponse?> AnswerAsync(HeartbeatRequest request, RequestContext context)
    {
        var member = new Committer(request.MemberId, request.GroupInstanceId, request.GenerationId);
        var error = await broker.Groups.HeartbeatAsync(request.GroupId, member).ConfigureAwait(false);
        broker.Metrics.Error(error);
        return new HeartbeatResponse { ErrorCode = error };
    }
}

/// <summary>LeaveGroup (13): one member up to version 2, several from 3 on.</summary>
internal sealed class LeaveGroupApi(Broker broker) : Api<LeaveGroupRequest, LeaveGroupResponse>
{
    private const short FirstWithSeveral = 3;

    protected override async ValueTask<LeaveGroupResponse?> AnswerAsync(LeaveGroupRequest request, RequestContext context)
    {
        if (context.Version < FirstWithSeveral)
        {
            var single = await broker.Groups.LeaveAsync(request.GroupId, [(request.MemberId, null)]).ConfigureAwait(false);
            broker.Metrics.Error(single[0]);
            return new LeaveGroupResponse { ErrorCode = single[0] };
        }

        var errors = await broker.Groups.LeaveAsync(request.GroupId, [.. request.Members.Select(m => (m.MemberId, m.GroupInstanceId))]).ConfigureAwait(false);
        return new LeaveGroupResponse
        {
            Members =
            [
                .. request.Members.Select((m, i) => new LeaveGroupResponse.MemberResponse
                {
                    MemberId = m.MemberId, GroupInstanceId = m.GroupInstanceId, ErrorCode = errors[i],
                }),
            ],
        };
    }
}
