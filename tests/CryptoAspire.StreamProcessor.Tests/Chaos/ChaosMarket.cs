namespace CryptoAspire.StreamProcessor.Tests.Chaos;

/// <summary>Trades without an end, a tenth of them twice, as from two producers.</summary>
internal sealed class ChaosMarket : IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly SilverSystem _system;
    private readonly Task _producing;
    private long _trades;
    private long _sent;

    public ChaosMarket(SilverSystem system, int seed)
    {
        _system = system;
        _producing = Task.Run(() => ProduceAsync(seed));
    }

    /// <summary>Ends it; the broker has everything then.</summary>
    /// <returns>How many trades, and how many records they made.</returns>
    public async Task<(long Trades, long Sent)> StopAsync()
    {
        await _stop.CancelAsync();
        await _producing;
        _system.Producer.Flush(TimeSpan.FromSeconds(60));
        return (_trades, _sent);
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ProduceAsync(int seed)
    {
        var trades = new TradeStream(seed);
        var random = new Random(seed);
        while (!_stop.IsCancellationRequested)
        {
            for (var i = random.Next(40); i >= 0; i--)
            {
                var trade = trades.Next();
                _trades++;
                for (var times = random.Next(10) == 0 ? 2 : 1; times > 0; times--, _sent++)
                    _system.Produce(trade);
            }

            await Task.Delay(20);
        }
    }
}
