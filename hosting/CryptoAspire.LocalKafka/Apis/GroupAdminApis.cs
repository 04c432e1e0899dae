using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>ListGroups (16).</summary>
internal sealed class ListGroupsApi(Broker broker) : Api<ListGroupsRequest, ListGroupsResponse>
{
    protected override async ValueTask<ListGroupsResponse?> AnswerAsync(ListGroupsRequest request, RequestContext context)
    {
        var groups = await broker.Groups.ListAsync().ConfigureAwait(false);
        return new ListGroupsResponse
        {
            Groups =
            [
                .. groups.Where(g => request.StatesFilter.Length == 0 || request.StatesFilter.Contains(g.Phase, StringComparer.OrdinalIgnoreCase))
                    .Select(g => new ListGroupsResponse.ListedGroup { GroupId = g.GroupId, ProtocolType = g.ProtocolType, GroupState = g.Phase }),
            ],
        };
    }
}

/// <summary>DescribeGroups (15).</summary>
internal sealed class DescribeGroupsApi(Broker broker) : Api<DescribeGroupsRequest, DescribeGroupsResponse>
{
    protected override async ValueTask<DescribeGroupsResponse?> AnswerAsync(DescribeGroupsRequest request, RequestContext context)
    {
        var groups = new List<DescribeGroupsResponse.DescribedGroup>();
        foreach (var groupId in request.Groups)
        {
            var group = await broker.Groups.DescribeAsync(groupId).ConfigureAwait(false);
            groups.Add(new DescribeGroupsResponse.DescribedGroup
            {
                GroupId = groupId, GroupState = group.Phase, ProtocolType = group.ProtocolType, ProtocolData = group.Protocol,
                AuthorizedOperations = request.IncludeAuthorizedOperations ? AuthorizedOperations.Group : AuthorizedOperations.NotAsked,
                Members =
                [
                    .. group.Members.Select(m => new DescribeGroupsResponse.DescribedGroupMember
                    {
                        MemberId = m.MemberId, GroupInstanceId = m.InstanceId, ClientId = m.ClientId, ClientHost = m.ClientHost,
                        MemberMetadata = m.Metadata, MemberAssignment = m.Assignment,
                    }),
                ],
            });
        }
        return new DescribeGroupsResponse { Groups = groups };
    }
}

/// <summary>DeleteGroups (42): only groups without members.</summary>
internal sealed class DeleteGroupsApi(Broker broker) : Api<DeleteGroupsRequest, DeleteGroupsResponse>
{
    protected override async ValueTask<DeleteGroupsResponse?> AnswerAsync(DeleteGroupsRequest request, RequestContext context)
    {
        var results = new List<DeleteGroupsResponse.DeletableGroupResult>();
        foreach (var groupId in request.GroupsNames)
            results.Add(new DeleteGroupsResponse.DeletableGroupResult { GroupId = groupId, ErrorCode = await broker.Groups.DeleteAsync(groupId).ConfigureAwait(false) });
        return new DeleteGroupsResponse { Results = results };
    }
}

/// <summary>OffsetDelete (47): forgets committed offsets of topics that nobody in the group reads.</summary>
internal sealed class OffsetDeleteApi(Broker broker) : Api<OffsetDeleteRequest, OffsetDeleteResponse>
{
    protected override async ValueTask<OffsetDeleteResponse?> AnswerAsync(OffsetDeleteRequest request, RequestContext context)
    {
        var known = request.Topics.SelectMany(t => t.Partitions.Select(p => new TopicPartition(t.Name, p.PartitionIndex)))
            .Where(p => broker.Store.TryGetPartition(p.Topic, p.Partition, out _)).Distinct().ToArray();
        var (error, results) = await broker.Groups.DeleteOffsetsAsync(request.GroupId, known).ConfigureAwait(false);
        if (error != ErrorCode.None)
            return new OffsetDeleteResponse { ErrorCode = error };
        return new OffsetDeleteResponse
        {
            Topics =
            [
                .. request.Topics.Select(t => new OffsetDeleteResponse.OffsetDeleteResponseTopic
                {
                    Name = t.Name,
                    Partitions =
                    [
                        .. t.Partitions.Select(p => new OffsetDeleteResponse.OffsetDeleteResponsePartition
                        {
                            PartitionIndex = p.PartitionIndex,
                            ErrorCode = results.GetValueOrDefault(new TopicPartition(t.Name, p.PartitionIndex), ErrorCode.UnknownTopicOrPartition),
                        }),
                    ],
                }),
            ],
        };
    }
}
