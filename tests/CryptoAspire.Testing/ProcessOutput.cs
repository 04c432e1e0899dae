using System.Collections.Immutable;

namespace CryptoAspire.Testing;

/// <summary>The lines a child process has written so far, standard output and error together; safe for any thread.</summary>
public sealed class ProcessOutput
{
    private readonly Lock _gate = new();
    private ImmutableList<string> _lines = [];
    private TaskCompletionSource _changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>A snapshot, oldest first.</summary>
    public IReadOnlyList<string> Lines => _lines;

    /// <summary>The last lines as one text, for the message of a failure.</summary>
    public string Tail(int count = 40)
    {
        var lines = _lines;
        return string.Join('\n', lines.Skip(Math.Max(0, lines.Count - count)));
    }

    /// <summary>The first line that satisfies the predicate, waiting for it if need be.</summary>
    /// <param name="predicate">What to look for.</param>
    /// <param name="from">Lines before this index are not looked at (after a restart: the count before it).</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task<string> WaitForLineAsync(Func<string, bool> predicate, int from, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            ImmutableList<string> lines;
            lock (_gate) (changed, lines) = (_changed.Task, _lines);
            for (; from < lines.Count; from++)
                if (predicate(lines[from])) return lines[from];
            await changed.WaitAsync(cancellationToken);
        }
    }

    internal void Add(string line)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            _lines = _lines.Add(line);
            (changed, _changed) = (_changed, new(TaskCreationOptions.RunContinuationsAsynchronously));
        }
        changed.SetResult();
    }
}
