using Npgsql;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Works off a table of requests that producers take under a lease, one at a time.</summary>
internal static class LeasedWork
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    /// <param name="take">The next request, which is ours then; null when there is none.</param>
    /// <param name="work">Does it and ends it.</param>
    public static async Task RunAsync<T>(Func<Task<T?>> take, Func<T, Task> work, TimeProvider clock, CancellationToken stopping)
        where T : class
    {
        while (!stopping.IsCancellationRequested)
        {
            var worked = false;
            try
            {
                if (await take() is { } request)
                {
                    await work(request);
                    worked = true;
                }
            }
            catch (OperationCanceledException) when (stopping.IsCancellationRequested)
            {
                return;
            }
            catch (NpgsqlException)
            {
                // It is asked again; a request that was taken is anybody's when its lease is over.
            }
            if (!worked) await Task.Delay(Pause, clock, stopping).ContinueWith(_ => { }, TaskScheduler.Default);
        }
    }
}
