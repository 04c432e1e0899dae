using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Tests.Groups;

public class GroupStateTests
{
    private readonly GroupState _group = new("g", new GroupLimits(InitialRebalanceDelayMs: 200));
    private readonly List<GroupEffect> _effects = [];
    private long _tickets;

    [Fact]
    public void A_newcomer_is_told_its_id_first_and_joins_with_it()
    {
        Join("", now: 0);
        var told = Assert.Single(Joins());
        Assert.Equal(ErrorCode.MemberIdRequired, told.Error);
        Join(told.MemberId, now: 10);
        Assert.Empty(Joins());
        Tick(210);
        var joined = Assert.Single(Joins());
        Assert.Equal((ErrorCode.None, 1, told.MemberId), (joined.Error, joined.Generation, joined.Leader));
    }

    [Fact]
    public void Two_members_that_come_within_the_initial_delay_share_a_generation()
    {
        Join("", now: 0, mustKnowId: false);
        Join("", now: 150, mustKnowId: false);
        Tick(200);
        Assert.Empty(Joins());
        Tick(400);
        Assert.Equal([1, 1], Joins().Select(j => j.Generation));
    }

    [Fact]
    public void A_heartbeat_tells_of_a_rebalance_while_it_is_prepared_and_not_while_it_completes()
    {
        var a = Stable("a");
        Join("", now: 1_000, mustKnowId: false);
        Assert.Equal(ErrorCode.RebalanceInProgress, _group.Heartbeat(a, null, 1, 1_001));
        Join(a, now: 1_002);
        Assert.Equal(GroupPhase.CompletingRebalance, _group.Phase);
        Assert.Equal(ErrorCode.None, _group.Heartbeat(a, null, 2, 1_003));
        Assert.Equal(ErrorCode.IllegalGeneration, _group.Heartbeat(a, null, 1, 1_003));
        Assert.Equal(ErrorCode.RebalanceInProgress, _group.CheckCommit(a, null, 2, transactional: false, 1_003));
    }

    [Fact]
    public void Members_that_do_not_join_again_in_time_are_dropped()
    {
        var a = Stable("a");
        Join("", now: 1_000, mustKnowId: false);
        for (var now = 1_000L; now < 61_000; now += 3_000)
            _group.Heartbeat(a, null, 1, now); // alive, but busy with its records
        Tick(61_000);
        var joined = Assert.Single(Joins());
        Assert.Equal(2, joined.Generation);
        Assert.DoesNotContain(_group.Members, m => m.MemberId == a);
    }

    [Fact]
    public void A_session_that_ends_removes_the_member()
    {
        Stable("a");
        Tick(20_000);
        Assert.Equal(GroupPhase.Empty, _group.Phase);
        Assert.Contains(_effects, e => e is GroupEffect.Save);
    }

    [Fact]
    public void A_static_member_that_restarts_takes_its_seat_without_a_rebalance_and_fences_the_old_process()
    {
        Join("", now: 0, instance: "i1", newId: "old");
        Tick(200);
        Joins();
        Sync("old", 1, 300, ("old", 7));
        Assert.Equal([7], Assert.Single(Syncs()).Assignment);

        Join("", now: 1_000, instance: "i1", newId: "new");
        var back = Assert.Single(Joins());
        Assert.Equal((ErrorCode.None, 1, "new"), (back.Error, back.Generation, back.MemberId));
        Assert.NotEqual("new", back.Leader); // it must not compute an assignment
        Assert.Equal(GroupPhase.Stable, _group.Phase);
        Sync("new", 1, 1_001, instance: "i1");
        Assert.Equal([7], Assert.Single(Syncs()).Assignment);
        Assert.Equal(ErrorCode.FencedInstanceId, _group.Heartbeat("old", "i1", 1, 1_002));
        Assert.Equal(ErrorCode.FencedInstanceId, _group.CheckCommit("old", "i1", 1, transactional: false, 1_002));
    }

    [Fact]
    public void A_leader_that_dies_before_it_assigns_lets_the_others_start_over()
    {
        Join("", now: 0, mustKnowId: false, newId: "a");
        Join("", now: 1, mustKnowId: false, newId: "b");
        Tick(200);
        Tick(400);
        Assert.Equal(2, Joins().Count);
        Sync("b", 1, 500);
        Assert.Empty(Syncs());
        Tick(10_401); // the leader has been silent for a session; b's request was parked all the time
        Assert.Equal(ErrorCode.RebalanceInProgress, Assert.Single(Syncs()).Error);
        Assert.Equal(["b"], _group.Members.Select(m => m.MemberId));
    }

    [Fact]
    public void Simple_consumers_commit_only_while_the_group_is_empty()
    {
        Assert.Equal(ErrorCode.None, _group.CheckCommit("", null, -1, transactional: false, 0));
        var a = Stable("a");
        Assert.Equal(ErrorCode.UnknownMemberId, _group.CheckCommit("", null, -1, transactional: false, 300));
        Assert.Equal(ErrorCode.None, _group.CheckCommit("", null, -1, transactional: true, 300));
        Assert.Equal(ErrorCode.None, _group.CheckCommit(a, null, 1, transactional: false, 300));
        Assert.Equal(ErrorCode.UnknownMemberId, _group.CheckCommit("x", null, 1, transactional: false, 300));
        Assert.Equal(ErrorCode.IllegalGeneration, _group.CheckCommit(a, null, 7, transactional: false, 300));
    }

    [Theory]
    [InlineData(5_999)]
    [InlineData(1_800_001)]
    public void Session_timeouts_out_of_bounds_are_refused(int sessionMs)
    {
        Join("", now: 0, sessionMs: sessionMs);
        Assert.Equal(ErrorCode.InvalidSessionTimeout, Assert.Single(Joins()).Error);
    }

    [Fact]
    public void A_member_without_a_common_strategy_is_refused()
    {
        Stable("a");
        Join("", now: 500, mustKnowId: false, protocol: "other");
        Assert.Equal(ErrorCode.InconsistentGroupProtocol, Assert.Single(Joins()).Error);
    }

    [Fact]
    public void Members_go_on_after_a_restart_of_the_broker_without_a_rebalance()
    {
        var a = Stable("a");
        var restarted = new GroupState("g", new GroupLimits());
        restarted.Restore(((GroupLogEntry.Membership)GroupLogEntry.Decode(new GroupLogEntry.Membership("g", _group.Snapshot(), -1).Encode())).Snapshot, 50_000);
        Assert.Equal(ErrorCode.None, restarted.Heartbeat(a, null, 1, 50_001));
        Assert.Equal(GroupPhase.Stable, restarted.Phase);
        restarted.Sync(new SyncInput(99, 1, a, null, []), 50_002, _effects);
        Assert.Equal([1], Assert.Single(Syncs()).Assignment);
    }

    private string Stable(string id)
    {
        Join("", now: 0, mustKnowId: false, newId: id);
        Tick(200);
        Assert.Single(Joins());
        Sync(id, 1, 250, (id, 1));
        Assert.Single(Syncs());
        Assert.Equal(GroupPhase.Stable, _group.Phase);
        return id;
    }

    private void Join(
        string memberId, long now, bool mustKnowId = true, string? instance = null, string? newId = null, int sessionMs = 10_000, string protocol = "range") =>
        _group.Join(
            new JoinInput(++_tickets, memberId, newId ?? $"m{_tickets}", instance, "c", "/h", sessionMs, 60_000, "consumer", [new GroupProtocol(protocol, [])], mustKnowId),
            now, _effects);

    private void Sync(string memberId, int generation, long now, params (string Id, byte Value)[] plan) => Sync(memberId, generation, now, null, plan);

    private void Sync(string memberId, int generation, long now, string? instance, params (string Id, byte Value)[] plan) =>
        _group.Sync(new SyncInput(++_tickets, generation, memberId, instance, [.. plan.Select(p => KeyValuePair.Create(p.Id, new[] { p.Value }))]), now, _effects);

    private void Tick(long now) => _group.Tick(now, _effects);

    private List<JoinOutcome> Joins() => Take<GroupEffect.JoinReply>().ConvertAll(e => e.Outcome);

    private List<SyncOutcome> Syncs() => Take<GroupEffect.SyncReply>().ConvertAll(e => e.Outcome);

    private List<T> Take<T>() where T : GroupEffect
    {
        var taken = _effects.OfType<T>().ToList();
        _effects.RemoveAll(e => e is T);
        return taken;
    }
}
