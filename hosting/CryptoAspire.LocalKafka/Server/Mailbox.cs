using System.Threading.Channels;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>
/// Runs work items strictly one after the other: the owner of a coordinator's state. Nothing else may touch that state, so
/// it needs no locks. The queue has no bound of its own because its askers have: a connection has one request under way.
/// </summary>
internal sealed class Mailbox : IAsyncDisposable
{
    private readonly Channel<Func<ValueTask>> _work =
        Channel.CreateUnbounded<Func<ValueTask>>(new UnboundedChannelOptions { SingleReader = true });
    private readonly Action<Exception> _onFault;
    private readonly Task _loop;

    /// <param name="onFault">Told of exceptions that escape posted work; asked work throws to its asker.</param>
    public Mailbox(Action<Exception> onFault)
    {
        _onFault = onFault;
        _loop = Task.Run(RunAsync);
    }

    /// <summary>Runs <paramref name="work"/> in turn, nobody waiting for it.</summary>
    public void Post(Func<ValueTask> work) => _work.Writer.TryWrite(work);

    /// <summary>Runs <paramref name="work"/> in turn and returns its result.</summary>
    /// <exception cref="ObjectDisposedException">The mailbox is closed (the broker is stopping).</exception>
    public Task<T> AskAsync<T>(Func<ValueTask<T>> work)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        var queued = _work.Writer.TryWrite(async () =>
        {
            try
            {
                answer.SetResult(await work().ConfigureAwait(false));
            }
            catch (Exception e)
            {
                answer.SetException(e);
            }
        });
        return queued ? answer.Task : Task.FromException<T>(new ObjectDisposedException(nameof(Mailbox)));
    }

    /// <inheritdoc cref="AskAsync{T}(Func{ValueTask{T}})"/>
    public Task<T> AskAsync<T>(Func<T> work) => AskAsync(() => ValueTask.FromResult(work()));

    /// <summary>Finishes what is queued and takes nothing more.</summary>
    public async ValueTask DisposeAsync()
    {
        _work.Writer.TryComplete();
        await _loop.ConfigureAwait(false);
    }

    private async Task RunAsync()
    {
        await foreach (var work in _work.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            try
            {
                await work().ConfigureAwait(false);
            }
            catch (Exception e)
            {
                _onFault(e);
            }
        }
    }
}
