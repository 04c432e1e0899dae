using CryptoAspire.Dashboard.Cold;
using Microsoft.AspNetCore.Components;
using Npgsql;

namespace CryptoAspire.Dashboard.Components.Cold;

/// <summary>
/// Tables that do not move with every tick: prerendered with their rows, then kept up to date in a circuit, which also sorts and pages them.
/// When the database is away the last rows stay, with a line that says so.
/// </summary>
public abstract class ColdComponent<T> : ComponentBase, IDisposable
    where T : class
{
    // The page does not wait longer for its first rows; the circuit brings them when they come.
    private static readonly TimeSpan LongestPrerender = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _gone = new();
    private int _changes;

    protected ColdComponent() => Gone = _gone.Token;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone { get; }

    [Inject]
    protected TimeProvider Time { get; set; } = null!;

    [Inject]
    protected ColdViews Views { get; set; } = null!;

    /// <summary>What is on screen; null before the first reading.</summary>
    protected T? View { get; private set; }

    /// <summary>Why nothing new is on screen; null when all is well.</summary>
    protected string? Problem { get; private set; }

    /// <summary>Value of <c>data-circuit</c>, by which the page sees whether the circuit has taken over.</summary>
    protected string Circuit => RendererInfo.IsInteractive ? "live" : "waiting";

    protected abstract SharedView<T> Source { get; }

    public void Dispose()
    {
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override async Task OnInitializedAsync()
    {
        if (RendererInfo.IsInteractive)
        {
            View = Source.Latest; // what was prerendered a moment ago: nothing blinks when the circuit takes over
            _ = FollowAsync();
            return;
        }

        try
        {
            View = await Source.ReadAsync().WaitAsync(LongestPrerender, Time);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            View = Source.Latest;
        }
    }

    /// <summary>Reads <see cref="Source"/> now, since it has become another one or what it reads was changed; a reading under way is thrown away.</summary>
    protected Task ReadAgainAsync()
    {
        _changes++;
        return ReadAsync();
    }

    private async Task ReadAsync()
    {
        var changes = _changes;
        try
        {
            var view = await Source.ReadAsync().WaitAsync(Gone);
            if (changes != _changes)
                return;
            View = view;
            Problem = null;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException || (e is OperationCanceledException && !Gone.IsCancellationRequested))
        {
            Problem = "The database cannot be read at the moment; these are the last rows that were.";
        }
        catch (OperationCanceledException)
        {
            // The page was left.
        }
    }

    private async Task FollowAsync()
    {
        while (true)
        {
            await ReadAsync();
            if (Gone.IsCancellationRequested)
                return;
            await InvokeAsync(StateHasChanged);
            await Task.Delay(ColdViews.Period, Time, Gone).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }
}
