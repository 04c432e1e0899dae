namespace CryptoAspire.Producer.History;

/// <summary>A request that is worked off page by page.</summary>
internal interface IHistoryPages
{
    /// <summary>What is to be said of it at its end.</summary>
    string Outcome { get; }

    /// <summary>Fetches a page, puts it where it belongs and commits how far it is.</summary>
    /// <exception cref="HttpRequestException">The venue did not answer properly; the same page can be asked for again.</exception>
    Task<PageState> NextAsync(CancellationToken stopping);
}
