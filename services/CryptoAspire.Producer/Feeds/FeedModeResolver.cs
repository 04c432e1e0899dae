using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Decides between live and simulated when the mode is auto.</summary>
public sealed class FeedModeResolver(HttpClient http, FeedSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(3);

    /// <exception cref="SettingException">No exchange answers and there is no simulator.</exception>
    public async Task<FeedPlan> ResolveAsync(CancellationToken cancellation)
    {
        if (settings.Mode != FeedMode.Auto) return new FeedPlan(settings.Mode, "as configured");
        if (await AnyExchangeAnswersAsync(cancellation) is { } exchange) return new FeedPlan(FeedMode.Live, $"{exchange} answers");
        return settings.Simulator is not null
            ? new FeedPlan(FeedMode.Simulated, $"no exchange answered within {Patience.TotalSeconds:0} s")
            : throw new SettingException("Feeds:Mode", "auto", "an exchange that answers, or a simulator at services:marketsimulator:http:0; there is neither");
    }

    private async Task<string?> AnyExchangeAnswersAsync(CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellation);
        var probes = settings.Venues.Select(VenueCatalog.Find).OfType<VenueEntry>()
            .Select(venue => AnswersAsync(new Uri(settings.Addresses[venue.Name].Rest, venue.Ping), either.Token))
            .ToList();
        while (probes.Count > 0)
        {
            var first = await Task.WhenAny(probes);
            if (await first is { } host) return host;
            probes.Remove(first);
        }
        cancellation.ThrowIfCancellationRequested();
        return null;
    }

    private async Task<string?> AnswersAsync(Uri address, CancellationToken cancellation)
    {
        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
            return answer.IsSuccessStatusCode ? address.Host : null;
        }
        catch (Exception)
        {
            // Refused, unknown name, too slow, or a broken answer: for this question they are all the same.
            return null;
        }
    }
}
