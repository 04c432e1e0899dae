using CryptoAspire.Dashboard.Steering;
using Microsoft.AspNetCore.Components;

namespace CryptoAspire.Dashboard.Components.Cold;

/// <summary>A part of a page from which something is changed, by those who have entered the API key.</summary>
public abstract class SteeringComponent : ComponentBase, IDisposable
{
    private readonly CancellationTokenSource _gone = new();

    protected SteeringComponent() => Gone = _gone.Token;

    [Inject]
    protected SteeringSession Steering { get; set; } = null!;

    /// <summary>Cancelled when the page is left.</summary>
    protected CancellationToken Gone { get; }

    /// <summary>Whether an order is under way; its buttons wait meanwhile.</summary>
    protected bool Busy { get; private set; }

    /// <summary>What became of the last order, in words; null before the first.</summary>
    protected string? Said { get; set; }

    /// <summary>Whether the last order was not carried out.</summary>
    protected bool Failed { get; private set; }

    public virtual void Dispose()
    {
        Steering.Changed -= OnSteeringChanged;
        _gone.Cancel();
        _gone.Dispose();
        GC.SuppressFinalize(this);
    }

    protected override void OnInitialized() => Steering.Changed += OnSteeringChanged;

    /// <summary>Sends an order and says what became of it.</summary>
    /// <param name="method">POST or PUT.</param>
    /// <param name="path">The API's endpoint.</param>
    /// <param name="body">What is sent as JSON; null for nothing.</param>
    /// <param name="done">What to say when it was carried out.</param>
    protected async Task<SteeringAnswer> OrderAsync(HttpMethod method, string path, object? body, Func<SteeringAnswer, string> done)
    {
        Busy = true;
        try
        {
            var answer = await Steering.SendAsync(method, path, body, Gone);
            Failed = !answer.Done;
            Said = answer.Problem ?? done(answer);
            return answer;
        }
        catch (OperationCanceledException) when (Gone.IsCancellationRequested)
        {
            return SteeringAnswer.Refused("The page was left.");
        }
        finally
        {
            Busy = false;
        }
    }

    private void OnSteeringChanged() => _ = InvokeAsync(StateHasChanged);
}
