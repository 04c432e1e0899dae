using System.Text;
using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Groups;

/// <summary>Consumers that behave as real ones do (and forget, stall and restart as real ones do) around one <see cref="GroupState"/>, judging every answer.</summary>
internal sealed class GroupModel
{
    private const int SessionMs = 10_000;
    private const int RebalanceMs = 20_000;

    private readonly GroupLimits _limits = new(InitialRebalanceDelayMs: 200);
    private readonly List<Consumer> _consumers = [.. Enumerable.Range(0, 6).Select(i => new Consumer(i, i < 2 ? $"static-{i}" : null))];
    private readonly Dictionary<long, (Consumer Who, bool IsJoin, string MemberId, int Generation)> _waiting = [];
    private readonly Dictionary<int, HashSet<string>> _joined = [];
    private readonly Dictionary<int, string> _leaders = [];
    private readonly Dictionary<int, Dictionary<string, string>> _assigned = [];
    private readonly List<GroupEffect> _effects = [];
    private GroupState _group;
    private long _now = 1_000;
    private long _tickets;
    private int _ids;

    public GroupModel() => _group = new GroupState("g", _limits);

    public int AnsweredJoins { get; private set; }

    public int AnsweredSyncs { get; private set; }

    public int CompletedGenerations => _assigned.Count;

    /// <summary>One random step: what, who, how long.</summary>
    public void Step(int action, int who, int amount)
    {
        var consumer = _consumers[who % _consumers.Count];
        switch (action % 12)
        {
            case 0 or 1 or 2:
                Join(consumer, requireId: amount % 2 == 0);
                break;
            case 3 or 4 or 5:
                Sync(consumer);
                break;
            case 6:
                Heartbeat(consumer);
                break;
            case 7:
                Leave(consumer);
                break;
            case 8 or 9:
                Pass(amount % 400);
                break;
            case 10:
                Pass(amount % 25_000);
                break;
            case 11 when amount % 3 == 0:
                RestartBroker();
                break;
            default:
                consumer.MemberId = ""; // the process died and came back without its id
                break;
        }
        CheckState();
    }

    /// <summary>Everybody falls silent: every parked request must be answered and the group must empty itself.</summary>
    public void RunDry()
    {
        for (var i = 0; i < 1_000 && _group.NextDeadlineMs is { } next; i++)
        {
            _now = Math.Max(_now, next);
            _group.Tick(_now, _effects);
            Judge();
        }
        Assert.Empty(_waiting);
        Assert.Equal(GroupPhase.Empty, _group.Phase);
        Assert.Empty(_group.Members);
    }

    private void Join(Consumer consumer, bool requireId)
    {
        var ticket = ++_tickets;
        _waiting.Add(ticket, (consumer, true, consumer.MemberId, consumer.Generation));
        _group.Join(
            new JoinInput(ticket, consumer.MemberId, $"m{++_ids}", consumer.InstanceId, $"client-{consumer.Number}", "/127.0.0.1", SessionMs, RebalanceMs, "consumer",
                [new GroupProtocol("range", [(byte)consumer.Number]), new GroupProtocol("roundrobin", [])], requireId),
            _now, _effects);
        Judge();
    }

    private void Sync(Consumer consumer)
    {
        if (consumer.MemberId.Length == 0)
            return;
        var plan = consumer.Plan.Select(m => KeyValuePair.Create(m, Encoding.UTF8.GetBytes($"{consumer.Generation}:{m}"))).ToArray();
        if (plan.Length > 0 && _group.Phase == GroupPhase.CompletingRebalance && _group.Leader == consumer.MemberId && _group.Generation == consumer.Generation)
            _assigned.TryAdd(consumer.Generation, plan.ToDictionary(p => p.Key, p => Encoding.UTF8.GetString(p.Value)));
        var ticket = ++_tickets;
        _waiting.Add(ticket, (consumer, false, consumer.MemberId, consumer.Generation));
        _group.Sync(new SyncInput(ticket, consumer.Generation, consumer.MemberId, consumer.InstanceId, plan), _now, _effects);
        Judge();
    }

    private void Heartbeat(Consumer consumer)
    {
        var error = _group.Heartbeat(consumer.MemberId, consumer.InstanceId, consumer.Generation, _now);
        if (error == ErrorCode.None)
            Assert.Contains(_group.Members, m => m.MemberId == consumer.MemberId);
        if (error is ErrorCode.UnknownMemberId or ErrorCode.FencedInstanceId)
            consumer.MemberId = "";
    }

    private void Leave(Consumer consumer)
    {
        if (consumer.MemberId.Length == 0)
            return;
        var left = consumer.MemberId;
        consumer.MemberId = "";
        var error = _group.Leave(left, consumer.InstanceId, _now, _effects);
        Judge(); // may answer another request of the same consumer, from before it forgot its id
        if (error == ErrorCode.None)
            Assert.DoesNotContain(_group.Members, m => m.MemberId == left);
    }

    private void Pass(int milliseconds)
    {
        _now += milliseconds;
        _group.Tick(_now, _effects);
        Judge();
        Assert.DoesNotContain(_group.Members, m => !m.IsParked && m.SessionDeadlineMs <= _now);
    }

    private void RestartBroker()
    {
        if (_group.Phase is not (GroupPhase.Stable or GroupPhase.Empty))
            return; // only then has it been saved as it stands
        var snapshot = _group.Snapshot();
        _group = new GroupState("g", _limits);
        _group.Restore(snapshot, _now);
        foreach (var ticket in _waiting.Keys.ToArray())
            _waiting.Remove(ticket); // their connections are gone
        Assert.Equal(snapshot.Generation, _group.Generation);
    }

    private void Judge()
    {
        foreach (var effect in _effects)
        {
            switch (effect)
            {
                case GroupEffect.JoinReply(var ticket, var outcome):
                    Assert.True(_waiting.Remove(ticket, out var joiner) && joiner.IsJoin, $"join {ticket} answered twice or never asked");
                    AnsweredJoins++;
                    JudgeJoin(joiner.Who, outcome);
                    break;
                case GroupEffect.SyncReply(var ticket, var outcome):
                    Assert.True(_waiting.Remove(ticket, out var syncer) && !syncer.IsJoin, $"sync {ticket} answered twice or never asked");
                    AnsweredSyncs++;
                    if (outcome.Error == ErrorCode.None)
                        JudgeAssignment(syncer.Who, syncer.MemberId, syncer.Generation, Encoding.UTF8.GetString(outcome.Assignment));
                    else if (outcome.Error == ErrorCode.UnknownMemberId && syncer.Who.MemberId == syncer.MemberId)
                        syncer.Who.MemberId = "";
                    break;
            }
        }
        _effects.Clear();
    }

    private void JudgeJoin(Consumer consumer, JoinOutcome outcome)
    {
        if (outcome.Error == ErrorCode.MemberIdRequired)
        {
            Assert.Null(consumer.InstanceId);
            consumer.MemberId = outcome.MemberId;
            return;
        }
        if (outcome.Error != ErrorCode.None)
        {
            if (outcome.Error != ErrorCode.RebalanceInProgress)
                consumer.MemberId = "";
            return;
        }

        Assert.Equal(_group.Generation, outcome.Generation);
        Assert.Equal("range", outcome.Protocol);
        (consumer.MemberId, consumer.Generation) = (outcome.MemberId, outcome.Generation);
        consumer.Plan = [.. outcome.Members.Select(m => m.MemberId)];
        if (!_joined.TryGetValue(outcome.Generation, out var joined))
            _joined[outcome.Generation] = joined = [];
        joined.Add(outcome.MemberId);
        if (outcome.MemberId == outcome.Leader)
        {
            // One leader a generation; it sees every member once.
            if (_leaders.TryGetValue(outcome.Generation, out var leader) && leader != outcome.MemberId)
                Assert.NotNull(consumer.InstanceId);
            _leaders[outcome.Generation] = outcome.MemberId;
            Assert.Equal(consumer.Plan.Count, consumer.Plan.Distinct().Count());
            Assert.Contains(outcome.MemberId, consumer.Plan);
        }
        else
            Assert.Empty(outcome.Members);
    }

    private void JudgeAssignment(Consumer consumer, string memberId, int generation, string assignment)
    {
        // Its own part of this generation's one assignment; a static newcomer in an old seat gets the seat's.
        if (consumer.InstanceId is null)
            Assert.Equal(_assigned.GetValueOrDefault(generation)?.GetValueOrDefault(memberId) ?? "", assignment);
        else
            Assert.True(assignment.Length == 0 || assignment.StartsWith($"{generation}:", StringComparison.Ordinal));
    }

    private void CheckState()
    {
        Assert.Equal(_group.Members.Count, _group.Members.Select(m => m.MemberId).Distinct().Count());
        if (_waiting.Count > 0)
            Assert.NotNull(_group.NextDeadlineMs); // somebody will be answered in the end
        var parked = _group.Members.SelectMany(m => new[] { m.JoinTicket, m.SyncTicket }).OfType<long>().Order().ToArray();
        Assert.Equal(_waiting.Keys.Order(), parked);
        switch (_group.Phase)
        {
            case GroupPhase.Empty:
                Assert.Empty(_group.Members);
                break;
            case GroupPhase.Stable or GroupPhase.CompletingRebalance:
                Assert.DoesNotContain(_group.Members, m => m.JoinTicket is not null);
                Assert.Contains(_group.Members, m => m.MemberId == _group.Leader);
                break;
        }
    }

    internal sealed class Consumer(int number, string? instanceId)
    {
        public int Number => number;

        public string? InstanceId => instanceId;

        public string MemberId { get; set; } = "";

        public int Generation { get; set; } = -1;

        public IReadOnlyList<string> Plan { get; set; } = [];
    }
}
