using CryptoAspire.Producer.Feeds;

namespace CryptoAspire.Producer.Tests.Feeds;

/// <summary>Wishes that a test changes.</summary>
internal sealed class ChangingSymbols(params string[] first) : ITrackedSymbols
{
    private TaskCompletionSource changed = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public IReadOnlyList<TrackedSymbol> Current { get; private set; } = [.. first.Select(n => new TrackedSymbol(n))];

    public void Change(params string[] names)
    {
        Current = [.. names.Select(n => new TrackedSymbol(n))];
        Interlocked.Exchange(ref changed, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
    }

    public Task ChangedAsync(IReadOnlyList<TrackedSymbol> known, CancellationToken cancellation) =>
        ReferenceEquals(Current, known) ? changed.Task.WaitAsync(cancellation) : Task.CompletedTask;
}
