using System.Net;
using System.Text.Json;
using Polly;

namespace CryptoAspire.Producer.Rest;

/// <summary>
/// A venue's REST interface as our side of its rules: requests wait for their budget, a 429 or 418 stops all of them for as long as the venue says, answers
/// are bounded in size after decompression, and those of polled endpoints are kept while they are fresh or unchanged.
/// </summary>
public sealed class VenueRest(HttpClient http, Uri address, RequestBudget budget, RestLimit limit, TimeProvider clock)
{
    private const int MaxKept = 64;

    private static readonly TimeSpan DefaultPause = TimeSpan.FromSeconds(10), LongestPause = TimeSpan.FromDays(3);

    private readonly Dictionary<string, KeptAnswer> kept = [];

    public Uri Address => address;

    public TimeProvider Clock => clock;

    /// <summary>No request for so long, because the venue says so otherwise than by a status: in the body of its answer.</summary>
    public void Pause(TimeSpan time) => budget.Block(time);

    /// <param name="pathAndQuery">Relative to the venue's address.</param>
    /// <exception cref="HttpRequestException">No answer, an error status, too long an answer, or no budget.</exception>
    public async Task<byte[]> GetBytesAsync(RestEndpoint endpoint, string pathAndQuery, CancellationToken cancellation)
    {
        // 1. Perhaps we know it.
        KeptAnswer? known = null;
        if (endpoint.Fresh > TimeSpan.Zero)
        {
            lock (kept) kept.TryGetValue(pathAndQuery, out known);
            if (known is not null && clock.GetElapsedTime(known.AskedAt) < endpoint.Fresh) return known.Body;
        }

        // 2. Ask, within the budget.
        await budget.TakeAsync(endpoint.Weight, cancellation);
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, pathAndQuery));
        if (known?.ETag is { } tag) request.Headers.IfNoneMatch.Add(tag);
        if (known?.LastModified is { } date) request.Headers.IfModifiedSince = date;
        if (endpoint.Header is var (name, value)) request.Headers.TryAddWithoutValidation(name, value);
        try
        {
            return await AskAsync(endpoint, pathAndQuery, request, known, cancellation);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ExecutionRejectedException)
        {
            // Cut within the body, compressed wrongly, or the circuit is open: to whoever asks, no answer like any other.
            throw new HttpRequestException($"{endpoint.Name}: {e.Message}", e);
        }
    }

    private async Task<byte[]> AskAsync(RestEndpoint endpoint, string pathAndQuery, HttpRequestMessage request, KeptAnswer? known, CancellationToken cancellation)
    {
        using var answer = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellation);
        Observe(answer);
        if (answer.StatusCode == HttpStatusCode.NotModified && known is not null) return Keep(pathAndQuery, known with { AskedAt = clock.GetTimestamp() });
        if (!answer.IsSuccessStatusCode) throw await FailureAsync(answer, endpoint, cancellation);

        // 3. Read.
        var body = await ReadAsync(answer, endpoint.MaxBytes, cancellation) ?? throw new HttpRequestException($"{address.Host} answered {endpoint.Name} with more than {endpoint.MaxBytes >> 20} MiB");
        return endpoint.Fresh > TimeSpan.Zero
            ? Keep(pathAndQuery, new KeptAnswer(body, answer.Headers.ETag, answer.Content.Headers.LastModified, clock.GetTimestamp()))
            : body;
    }

    /// <exception cref="HttpRequestException">As above, or the answer is not JSON.</exception>
    public async Task<JsonDocument> GetJsonAsync(RestEndpoint endpoint, string pathAndQuery, CancellationToken cancellation) =>
        RestAnswer.Parse(await GetBytesAsync(endpoint, pathAndQuery, cancellation));

    /// <summary>The venue counts too, and knows when to pause.</summary>
    private void Observe(HttpResponseMessage answer)
    {
        if (answer.StatusCode == HttpStatusCode.TooManyRequests || (int)answer.StatusCode == 418)
        {
            var asked = answer.Headers.RetryAfter switch
            {
                { Delta: { } delta } => delta,
                { Date: { } date } => date - clock.GetUtcNow(),
                _ => DefaultPause,
            };
            budget.Block(TimeSpan.FromTicks(Math.Clamp(asked.Ticks, TimeSpan.TicksPerSecond, LongestPause.Ticks)));
        }
        else if (limit.UsedWeight is var (header, restAt) && answer.Headers.TryGetValues(header, out var values) && int.TryParse(values.First(), out var used) && used >= restAt)
        {
            // The count begins anew with each minute of the venue's clock, which is ours within seconds.
            budget.Block(TimeSpan.FromSeconds(61 - clock.GetUtcNow().Second));
        }
    }

    /// <summary>Error bodies say more than the status: "Invalid symbol.", "NotFound".</summary>
    private static async Task<HttpRequestException> FailureAsync(HttpResponseMessage answer, RestEndpoint endpoint, CancellationToken cancellation)
    {
        const int enough = 4096, shown = 200;
        var body = await ReadAsync(answer, enough, cancellation);
        var text = body is null ? "" : System.Text.Encoding.UTF8.GetString(body).ReplaceLineEndings(" ");
        return new HttpRequestException($"{endpoint.Name}: status {(int)answer.StatusCode} {(text.Length > shown ? text[..shown] + "…" : text)}".TrimEnd(), null, answer.StatusCode);
    }

    /// <summary>The body as far as it is within the bound; null when it is not.</summary>
    private static async Task<byte[]?> ReadAsync(HttpResponseMessage answer, int most, CancellationToken cancellation)
    {
        await using var body = await answer.Content.ReadAsStreamAsync(cancellation);
        using var memory = new MemoryStream();
        var buffer = new byte[16 * 1024];
        for (int read; (read = await body.ReadAsync(buffer, cancellation)) > 0;)
        {
            if (memory.Length + read > most) return null;
            memory.Write(buffer, 0, read);
        }
        return memory.ToArray();
    }

    private byte[] Keep(string pathAndQuery, KeptAnswer answer)
    {
        lock (kept)
        {
            if (kept.Count >= MaxKept && !kept.ContainsKey(pathAndQuery)) kept.Remove(kept.MinBy(k => k.Value.AskedAt).Key);
            kept[pathAndQuery] = answer;
        }
        return answer.Body;
    }

    private sealed record KeptAnswer(byte[] Body, System.Net.Http.Headers.EntityTagHeaderValue? ETag, DateTimeOffset? LastModified, long AskedAt);
}
