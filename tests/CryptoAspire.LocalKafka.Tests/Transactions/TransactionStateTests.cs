using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;
using CryptoAspire.LocalKafka.Transactions;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalKafka.Tests.Transactions;

public class TransactionStateTests
{
    private static readonly TopicPartition s_partition = new("t", 0);

    private readonly TransactionState _state = new("tx");
    private readonly List<TransactionEffect> _effects = [];
    private long _nextProducerId = 1_000;
    private long _tickets;

    [Fact]
    public void Every_init_raises_the_epoch()
    {
        Assert.Equal(new InitOutcome(ErrorCode.None, 1_000, 0), Init());
        Assert.Equal(new InitOutcome(ErrorCode.None, 1_000, 1), Init());
    }

    [Fact]
    public void The_decision_is_saved_before_markers_are_written_and_answered_after()
    {
        var p = Init()!.Value;
        Assert.Equal(ErrorCode.None, _state.AddPartitions(p.ProducerId, p.ProducerEpoch, [s_partition], 10, _effects));
        _effects.Clear();
        _state.End(7, p.ProducerId, p.ProducerEpoch, commit: true, 20, _effects);
        Assert.IsType<TransactionEffect.Save>(_effects[0]);
        Assert.IsType<TransactionEffect.WriteMarkers>(_effects[1]);
        Assert.Equal(2, _effects.Count);
        _effects.Clear();
        _state.MarkersWritten(30, _effects);
        Assert.Equal([new TransactionEffect.Save(), new TransactionEffect.EndReply(7, ErrorCode.None)], _effects);
        Assert.Equal(TransactionPhase.CompleteCommit, _state.Phase);
    }

    [Fact]
    public void The_same_decision_again_is_answered_alike_and_the_opposite_one_is_refused()
    {
        var p = Init()!.Value;
        Assert.Equal(ErrorCode.InvalidTxnState, End(p, commit: true)); // nothing was begun
        _state.AddPartitions(p.ProducerId, p.ProducerEpoch, [s_partition], 10, _effects);
        Assert.Null(End(p, commit: false));
        Assert.Equal(ErrorCode.InvalidTxnState, End(p, commit: true));
        Assert.Null(End(p, commit: false)); // joins the first
        _effects.Clear();
        _state.MarkersWritten(30, _effects);
        Assert.Equal(2, _effects.OfType<TransactionEffect.EndReply>().Count(e => e.Error == ErrorCode.None));
        Assert.Equal(ErrorCode.None, End(p, commit: false));
        Assert.Equal(ErrorCode.InvalidTxnState, End(p, commit: true));
    }

    [Fact]
    public void A_new_instance_aborts_the_open_transaction_and_fences_the_old_one()
    {
        var old = Init()!.Value;
        _state.AddPartitions(old.ProducerId, old.ProducerEpoch, [s_partition], 10, _effects);
        Assert.Null(Init()); // waits for the abort
        Assert.Equal(TransactionPhase.PrepareAbort, _state.Phase);
        _effects.Clear();
        _state.MarkersWritten(20, _effects);
        var fresh = Assert.Single(_effects.OfType<TransactionEffect.InitReply>()).Outcome;
        Assert.True(fresh.ProducerEpoch > old.ProducerEpoch);
        Assert.Equal(ErrorCode.ProducerFenced, _state.AddPartitions(old.ProducerId, old.ProducerEpoch, [s_partition], 30, _effects));
        Assert.Equal(ErrorCode.ProducerFenced, End(old, commit: true));
        Assert.Equal(ErrorCode.InvalidProducerIdMapping, _state.AddGroup(old.ProducerId + 1, fresh.ProducerEpoch, "g", 30, _effects));
    }

    [Fact]
    public void A_producer_that_recovers_gets_the_next_epoch_and_the_same_one_when_it_asks_again()
    {
        var first = Init()!.Value;
        var bumped = Init(first.ProducerId, first.ProducerEpoch)!.Value;
        Assert.Equal(first.ProducerEpoch + 1, bumped.ProducerEpoch);
        Assert.Equal(bumped, Init(first.ProducerId, first.ProducerEpoch)); // its first answer was lost
        Init();
        Assert.Equal(ErrorCode.ProducerFenced, Init(first.ProducerId, first.ProducerEpoch)!.Value.Error);
    }

    [Fact]
    public void An_open_transaction_is_aborted_when_its_time_is_up_and_its_producer_is_fenced()
    {
        var p = Init(timeoutMs: 1_000)!.Value;
        _state.AddGroup(p.ProducerId, p.ProducerEpoch, "g", 10, _effects);
        _effects.Clear();
        _state.Tick(1_009, _effects);
        Assert.Empty(_effects);
        _state.Tick(1_010, _effects);
        Assert.Contains(_effects, e => e is TransactionEffect.WriteMarkers);
        Assert.Equal(TransactionPhase.PrepareAbort, _state.Phase);
        Assert.Equal(ErrorCode.ProducerFenced, End(p, commit: true));
    }

    [Fact]
    public void Exhausted_epochs_bring_a_new_producer_id()
    {
        var last = Init()!.Value;
        for (var i = 0; i < TransactionState.LastUsableEpoch; i++)
            last = Init()!.Value;
        Assert.Equal(TransactionState.LastUsableEpoch, last.ProducerEpoch);
        Assert.Equal(new InitOutcome(ErrorCode.None, 1_001, 0), Init());
        Assert.Equal(1_000, _state.LastProducerId);
    }

    [Fact]
    public void A_snapshot_survives_the_disk()
    {
        var p = Init()!.Value;
        _state.AddPartitions(p.ProducerId, p.ProducerEpoch, [s_partition, new TopicPartition("ü", 3)], 10, _effects);
        _state.AddGroup(p.ProducerId, p.ProducerEpoch, "g", 11, _effects);
        var entry = (TransactionLogEntry.State)TransactionLogEntry.Decode(new TransactionLogEntry.State(_state.Snapshot()).Encode());
        var restored = TransactionState.Restore(entry.Snapshot);
        Assert.Equivalent(_state.Snapshot(), restored.Snapshot(), strict: true);
    }

    [Fact]
    public void Any_life_of_a_transactional_id_keeps_its_promises()
    {
        var lives = Gen.Choose(0, 8).SelectMany(action => Gen.Choose(0, 2).Select(who => (Action: action, Who: who))).ArrayOf().ToArbitrary();
        var committed = 0;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2_000).WithEndSize(200), Prop.ForAll(lives, life => committed += Live(life)));
        Assert.True(committed > 100, $"{committed} commits");
    }

    /// <summary>Three producers with one id; the newest epoch owns it. Every request is answered once, in the end; only the owner decides.</summary>
    private static int Live((int Action, int Who)[] life)
    {
        var state = new TransactionState("tx");
        var effects = new List<TransactionEffect>();
        var producers = new InitOutcome[3];
        Array.Fill(producers, InitOutcome.Failed(ErrorCode.None));
        var inits = new Dictionary<long, int>();
        var ends = new HashSet<long>();
        long tickets = 0, ids = 0, now = 0;
        var (commits, highest) = (0, (short)-1);

        foreach (var (action, who) in life)
        {
            now += 100;
            var p = producers[who];
            var owner = p.ProducerId >= 0 && p.ProducerId == state.ProducerId && p.ProducerEpoch == state.Epoch;
            switch (action)
            {
                case 0 or 1:
                    inits.Add(++tickets, who);
                    state.Init(new InitInput(tickets, 5_000, action == 0 ? -1 : p.ProducerId, action == 0 ? (short)-1 : p.ProducerEpoch, () => ids++), now, effects);
                    break;
                case 2 or 3 when p.ProducerId >= 0:
                    var added = state.AddPartitions(p.ProducerId, p.ProducerEpoch, [s_partition], now, effects);
                    Assert.Equal(owner, added is ErrorCode.None or ErrorCode.ConcurrentTransactions);
                    break;
                case 4 or 5 when p.ProducerId >= 0:
                    ends.Add(++tickets);
                    var before = state.Phase;
                    state.End(tickets, p.ProducerId, p.ProducerEpoch, commit: action == 4, now, effects);
                    if (!owner)
                        Assert.Equal(before, state.Phase);
                    break;
                case 6:
                    commits += state.Phase == TransactionPhase.PrepareCommit ? 1 : 0;
                    state.MarkersWritten(now, effects);
                    break;
                case 7:
                    now += 5_000;
                    state.Tick(now, effects);
                    Assert.NotEqual(TransactionPhase.Ongoing, state.Phase);
                    break;
                case 8 when inits.Count == 0 && ends.Count == 0:
                    state = TransactionState.Restore(state.Snapshot());
                    break;
            }
            Judge();
            Assert.Equal(state.IsEnding || state.Phase == TransactionPhase.Ongoing, state.Partitions.Count > 0);
            Assert.True(state.Epoch >= highest, "epochs never go back");
            highest = state.Epoch;
        }
        state.MarkersWritten(now, effects);
        Judge();
        Assert.Empty(inits);
        Assert.Empty(ends);
        return commits;

        void Judge()
        {
            foreach (var effect in effects)
            {
                if (effect is TransactionEffect.InitReply(var init, var outcome))
                {
                    Assert.True(inits.Remove(init, out var who));
                    if (outcome.Error == ErrorCode.None)
                        producers[who] = outcome;
                }
                else if (effect is TransactionEffect.EndReply(var end, _))
                    Assert.True(ends.Remove(end));
            }
            effects.Clear();
        }
    }

    private InitOutcome? Init(long producerId = -1, short epoch = -1, int timeoutMs = 60_000)
    {
        var ticket = ++_tickets;
        _state.Init(new InitInput(ticket, timeoutMs, producerId, epoch, () => _nextProducerId++), 0, _effects);
        return _effects.OfType<TransactionEffect.InitReply>().SingleOrDefault(e => e.Ticket == ticket)?.Outcome;
    }

    private ErrorCode? End(InitOutcome producer, bool commit)
    {
        var ticket = ++_tickets;
        _state.End(ticket, producer.ProducerId, producer.ProducerEpoch, commit, 100, _effects);
        return _effects.OfType<TransactionEffect.EndReply>().SingleOrDefault(e => e.Ticket == ticket)?.Error;
    }
}
