using Npgsql;

namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>
/// One seed: up to three processes read three partitions into a model of PostgreSQL, one step at a time, in an order that the seed chooses.
/// Until the budget of faults is spent, any step may meet one: the process dies before or after it (so after poll, fence, rows, candles, at
/// the commit whose outcome nobody learns, before the announcement), the connection is lost, the process freezes and wakes up as a zombie,
/// its partition is given to another with or without its knowledge, its clock is set.
/// </summary>
internal sealed class SilverSimulation
{
    private const int MostSteps = 20_000;
    private static readonly DateTimeOffset Start = new(2024, 8, 8, 12, 0, 0, TimeSpan.Zero);

    private readonly Random _random;
    private readonly SimContext _context = new();
    private readonly SimDatabase _database;
    private readonly List<SimProcess> _processes = [];
    private readonly List<string> _trace = [];
    private int _faults;
    private int _started;

    private SilverSimulation(int seed, Mutation mutation)
    {
        _random = new Random(seed);
        _database = new SimDatabase(new SimLog(_random), mutation);
        _faults = _random.Next(12);
    }

    /// <summary>Runs a seed.</summary>
    /// <exception cref="InvariantException">An invariant was broken; the message ends with the last steps.</exception>
    public static void Run(int seed, Mutation mutation = Mutation.None)
    {
        var simulation = new SilverSimulation(seed, mutation);
        var outer = SynchronizationContext.Current;
        SynchronizationContext.SetSynchronizationContext(simulation._context);
        try
        {
            simulation.Run();
        }
        catch (InvariantException broken)
        {
            throw new InvariantException($"Seed {seed}: {broken.Message}\n{string.Join('\n', simulation._trace.TakeLast(60))}");
        }
        finally
        {
            SynchronizationContext.SetSynchronizationContext(outer);
        }
    }

    private void Run()
    {
        for (var i = 1 + _random.Next(3); i > 0; i--)
            StartProcess();
        for (var partition = 0; partition < SimLog.Partitions; partition++)
            Assign(_processes[_random.Next(_processes.Count)], partition);

        for (var step = 0; !IsDone(); step++)
        {
            SimDatabase.Check(step < MostSteps, "The end of the log is not reached");
            if (_faults > 0 && _random.Next(12) == 0)
                Fault();
            else if (!TryStep())
                Unblock();
            _context.Pump();
            if (_processes.Find(static process => process.Failure is not null) is { } failed)
                throw new InvariantException($"{failed.Name} ended: {failed.Failure}");
        }

        _database.CheckFinal();
    }

    // Zombies may still have something to say when all is committed: let them.
    private bool IsDone() => _faults == 0 && _database.IsCaughtUp && _processes.All(static process => !process.IsFrozen && process.Questions.Count == 0);

    private bool TryStep()
    {
        var actions = new List<Action>();
        foreach (var process in _processes.Where(static process => !process.IsFrozen))
        {
            foreach (var question in process.Questions.Where(static question => question.IsReady()))
                actions.Add(() => Answer(process, question));
            foreach (var timer in process.Clock.Timers)
                actions.Add(timer.Fire);
            foreach (var partition in process.Partitions.Where(process.CanPoll))
                actions.Add(() => Poll(process, partition));
        }

        if (_processes.Find(static process => process.IsFrozen) is { } frozen && _random.Next(20) == 0)
            actions.Add(() => Wake(frozen));
        if (actions.Count == 0)
            return false;
        actions[_random.Next(actions.Count)]();
        return true;
    }

    private void Answer(SimProcess process, SimProcess.Question question)
    {
        process.Questions.Remove(question);
        process.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(20)));
        var mayFail = _faults > 0 && _random.Next(8) == 0;
        if (question.Cancel.IsCancellationRequested && _random.Next(2) == 0)
        {
            Trace(process, $"{question.Step}: cancelled");
            if (_random.Next(2) == 0)
                question.Answer();
            question.Fail(new OperationCanceledException(question.Cancel));
            return;
        }

        if (!mayFail)
        {
            Trace(process, question.Step);
            question.Answer()();
            return;
        }

        _faults--;
        var isDone = _random.Next(2) == 0;
        if (isDone)
            question.Answer();
        if (_random.Next(2) == 0)
        {
            Trace(process, $"{question.Step}: connection lost {(isDone ? "after" : "before")} it");
            process.LoseConnections();
            question.Fail(new NpgsqlException("The connection was lost."));
        }
        else
        {
            Trace(process, $"{question.Step}: dies {(isDone ? "after" : "before")} it");
            Die(process);
        }
    }

    private void Poll(SimProcess process, int partition)
    {
        var lose = _faults > 0 && _random.Next(20) == 0;
        Trace(process, $"polls partition {partition}{(lose ? ", loses a record" : "")}");
        process.Poll(partition, 1 + _random.Next(8), lose);
        process.Clock.Advance(TimeSpan.FromMilliseconds(_random.Next(100)));
    }

    private void Fault()
    {
        _faults--;
        var process = _processes[_random.Next(_processes.Count)];
        switch (_random.Next(6))
        {
            case 0:
                Trace(process, "dies");
                Die(process);
                break;
            case 1:
                Trace(process, "freezes");
                process.IsFrozen = true;
                Redistribute(process, isTold: false);
                break;
            case 2:
                Trace(process, "gives its partitions away");
                Redistribute(process, isTold: true);
                break;
            case 3:
                Trace(process, "loses its partitions without knowing");
                Redistribute(process, isTold: false);
                break;
            case 4:
                process.Clock.Skew = TimeSpan.FromSeconds(_random.Next(-3600, 7200)); // never so far back that the trades are of the future
                Trace(process, $"its clock is set to {process.Clock.GetUtcNow():T}");
                break;
            default:
                Trace(process, "another process starts");
                StartProcess();
                break;
        }
    }

    /// <summary>Nothing can go on: a frozen process wakes up, or the transaction that is waited for is ended.</summary>
    private void Unblock()
    {
        var waiting = _processes.SelectMany(static process => process.Questions).Select(static question => question.Blocker()).OfType<SimTransaction>().ToList();
        var frozen = _processes.Where(static process => process.IsFrozen).ToList();
        if (waiting.Count > 0 && (frozen.Count == 0 || _random.Next(2) == 0))
        {
            _trace.Add("a transaction that holds the fence is ended");
            waiting[0].Rollback();
        }
        else if (frozen.Count > 0)
        {
            Wake(frozen[0]);
        }
        else if (_faults > 0)
        {
            Fault();
        }
        else
        {
            // All is quiet but not committed: the group gives each partition to somebody who lives.
            for (var partition = 0; partition < SimLog.Partitions; partition++)
            {
                SimDatabase.Check(!_processes.Any(process => process.Partitions.Contains(partition)) || _database.Ledger[partition].Next == _database.Log.End(partition), $"Partition {partition} stands still at {_database.Ledger[partition].Next} of {_database.Log.End(partition)}");
                if (!_processes.Any(process => process.Partitions.Contains(partition)))
                    Assign(_processes[0], partition);
            }
        }
    }

    private void Wake(SimProcess process)
    {
        Trace(process, "wakes up");
        process.IsFrozen = false;
    }

    private void Redistribute(SimProcess from, bool isTold)
    {
        if (_processes.Count == 1)
            StartProcess();
        var others = _processes.Where(process => process != from).ToList();
        foreach (var partition in from.Partitions.ToList())
        {
            if (isTold)
                from.Revoke(partition);
            Assign(others[_random.Next(others.Count)], partition);
        }
    }

    private void Die(SimProcess process)
    {
        var partitions = process.Partitions.ToList();
        process.Die();
        _processes.Remove(process);
        if (_processes.Count == 0)
            StartProcess();
        foreach (var partition in partitions)
            Assign(_processes[_random.Next(_processes.Count)], partition);
    }

    private void StartProcess()
    {
        var clock = new SimClock(Start, TimeSpan.FromSeconds(_random.Next(3)));
        _processes.Add(new SimProcess($"process {++_started}", _database, clock, _random));
    }

    private void Assign(SimProcess process, int partition)
    {
        Trace(process, $"gets partition {partition}");
        _ = process.AssignAsync(partition);
    }

    private void Trace(SimProcess process, string what) => _trace.Add($"{process.Name}: {what}");
}
