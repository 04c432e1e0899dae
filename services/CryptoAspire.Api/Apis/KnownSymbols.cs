using System.Collections.Concurrent;
using CryptoAspire.Storage.Queries;

namespace CryptoAspire.Api.Apis;

/// <summary>Tells a symbol without rows in the asked range from one that we have never seen.</summary>
internal sealed class KnownSymbols(PriceQueries prices)
{
    // Only symbols that are in the database get in, so it is as small as their number.
    private readonly ConcurrentDictionary<string, bool> _known = new(StringComparer.Ordinal);

    /// <exception cref="RequestProblemException">404: nothing of this symbol is stored.</exception>
    public async Task EnsureAsync(string symbol, string asked, CancellationToken cancel)
    {
        if (_known.ContainsKey(symbol))
            return;
        if (!await prices.IsKnownAsync(symbol, cancel))
            throw new RequestProblemException(404, "symbol", asked, $"is unknown: there is no trade of {symbol}.", "GET /api/v1/prices/latest lists the symbols that there are.");
        _known[symbol] = true;
    }
}
