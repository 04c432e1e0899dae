using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>
/// What one connection is to be subscribed to, what the venue has confirmed of it, and what is to be asked next: one request at a time, each answered, asked
/// again, or taken apart until the product that spoils it stands alone. Guarded by its own lock.
/// </summary>
/// <param name="channels">Those of the venue that are wanted.</param>
internal sealed class SubscriptionBook(IVenue venue, IReadOnlyList<VenueChannel> channels, FeedStatus status, TimeProvider clock)
{
    private const int Attempts = 2;
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(5), RefusedPause = TimeSpan.FromMinutes(1);

    private readonly Lock gate = new();
    private readonly LinkedList<SubscriptionRequest> waiting = [];
    private readonly HashSet<(VenueChannel, string?)> confirmed = [];
    private readonly Dictionary<(VenueChannel Channel, string? Id), (VenueInstrument? Instrument, long At)> refused = [];
    private readonly List<VenueInstrument> instruments = [];
    private SubscriptionRequest? open;
    private long sentAt = long.MinValue, lastId;
    private bool anything;

    /// <summary>Everything was answered, and the trades of at least one product flow.</summary>
    public bool IsSettled
    {
        get
        {
            lock (gate) return open is null && waiting.Count == 0 && confirmed.Any(c => c.Item1.CarriesTrades);
        }
    }

    /// <summary>Nothing is to be asked, and no answer is waited for.</summary>
    public bool IsIdle
    {
        get
        {
            lock (gate) return open is null && waiting.Count == 0;
        }
    }

    /// <summary>Why the connection is of no use: nothing was answered, or every product was refused.</summary>
    public string? Failure { get; private set; }

    public bool IsConfirmed(VenueChannel channel)
    {
        lock (gate) return confirmed.Any(c => c.Item1 == channel);
    }

    public void Add(IReadOnlyList<VenueInstrument> more)
    {
        lock (gate)
        {
            instruments.AddRange(more);
            foreach (var channel in channels.Where(c => c.HasProducts)) Enqueue(channel, more, subscribes: true);
            foreach (var channel in channels.Where(c => !c.HasProducts && !confirmed.Contains((c, null)) && waiting.All(w => w.Channel != c))) Enqueue(channel, [], subscribes: true);
        }
    }

    public void Remove(IReadOnlyList<VenueInstrument> fewer)
    {
        lock (gate)
        {
            instruments.RemoveAll(fewer.Contains);
            foreach (var channel in channels.Where(c => c.HasProducts))
            {
                var flowing = fewer.Where(i => confirmed.Remove((channel, i.Id))).ToList();
                if (flowing.Count > 0) Enqueue(channel, flowing, subscribes: false);
            }
        }
    }

    /// <summary>Messages were lost: everything is asked for again, so that the venue sends what it sends at the beginning.</summary>
    public void AskAgain()
    {
        List<VenueInstrument> all;
        lock (gate)
        {
            waiting.Clear();
            confirmed.Clear();
            open = null;
            all = [.. instruments];
            instruments.Clear();
        }
        Add(all);
    }

    /// <summary>The request to send now, if it is time for one.</summary>
    public SubscriptionRequest? Next()
    {
        lock (gate)
        {
            if (open is not null && clock.GetElapsedTime(sentAt) > AnswerLimit) Expire();
            if (open is not null || (sentAt != long.MinValue && clock.GetElapsedTime(sentAt) < venue.Rules.RequestInterval)) return null;
            if (waiting.Count == 0) RetryRefused();
            if (waiting.First is not { } first) return null;
            waiting.RemoveFirst();
            sentAt = clock.GetTimestamp();
            var request = first.Value with { Id = ++lastId };
            // Leaving needs no answer: what comes still is not wanted and passed over.
            open = request.Subscribes ? request : null;
            return request;
        }
    }

    /// <summary>Takes the venue's answer; returns the products whose trades flow from now on.</summary>
    public IReadOnlyList<VenueInstrument> Take(SubscriptionAnswer answer)
    {
        lock (gate)
        {
            if (answer.Refusal is not null)
            {
                if (open is not null && Concerns(answer)) Refuse(answer.InstrumentId, answer.Refusal);
                return [];
            }
            if (answer.RequestId is { } id) return open?.Id == id ? Confirm(open.Channel, open.Instruments) : [];
            if (answer.Channel is not { } channel) return [];
            var products = answer.InstrumentId is null && channel.HasProducts && open?.Channel == channel ? open.Instruments
                : instruments.Where(i => i.Id == answer.InstrumentId).ToList();
            return Confirm(channel, products);
        }
    }

    private bool Concerns(in SubscriptionAnswer answer) =>
        (answer.RequestId is null || answer.RequestId == open!.Id) && (answer.Channel is null || answer.Channel == open!.Channel);

    private List<VenueInstrument> Confirm(VenueChannel channel, IReadOnlyList<VenueInstrument> products)
    {
        anything = true;
        if (!channel.HasProducts) confirmed.Add((channel, null));
        var fresh = products.Where(p => confirmed.Add((channel, p.Id))).ToList();
        foreach (var product in fresh)
        {
            refused.Remove((channel, product.Id));
            status.Refuse(Named(channel, product.Id), null);
        }
        if (open is { } request && request.Channel == channel && request.Instruments.All(i => confirmed.Contains((channel, i.Id)))) open = null;
        return channel.CarriesTrades ? fresh : [];
    }

    /// <summary>The open request as a whole, or one product of it.</summary>
    private void Refuse(string? instrumentId, string reason)
    {
        var request = open!;
        anything = true;
        var culprit = request.Instruments.FirstOrDefault(i => i.Id == instrumentId)
            ?? (request.Instruments.Count == 1 ? request.Instruments[0] : request.Instruments.FirstOrDefault(i => Mentions(reason, i.Id)));
        if (culprit is not null || request.Instruments.Count == 0)
        {
            refused[(request.Channel, culprit?.Id)] = (culprit, clock.GetTimestamp());
            status.Refuse(Named(request.Channel, culprit?.Id), reason);
            AskRest(request, request.Instruments.Where(i => i != culprit && !confirmed.Contains((request.Channel, i.Id))).ToList());
            return;
        }
        // It is one of them: each half is asked for by itself.
        var half = request.Instruments.Count / 2;
        AskRest(request, [.. request.Instruments.Skip(half)]);
        AskRest(request, [.. request.Instruments.Take(half)]);
    }

    private void AskRest(SubscriptionRequest request, IReadOnlyList<VenueInstrument> rest)
    {
        open = null;
        if (rest.Count > 0) waiting.AddFirst(request with { Instruments = rest, Attempt = 0 });
        else if (waiting.Count == 0 && confirmed.Count == 0) Failure = $"every subscription was refused: {status.Refused.Values.FirstOrDefault()}";
    }

    private void Expire()
    {
        var request = open!;
        var unanswered = request.Instruments.Where(i => !confirmed.Contains((request.Channel, i.Id))).ToList();
        if (request.Attempt + 1 < Attempts)
        {
            open = null;
            waiting.AddFirst(request with { Instruments = unanswered, Attempt = request.Attempt + 1 });
        }
        else if (!anything)
        {
            Failure = "the subscription was not confirmed";
        }
        else
        {
            open = request with { Instruments = unanswered };
            Refuse(null, $"not confirmed within {AnswerLimit.TotalSeconds:0} s");
        }
    }

    private void RetryRefused()
    {
        foreach (var ((channel, id), (instrument, at)) in refused.ToList())
        {
            if (clock.GetElapsedTime(at) < RefusedPause) continue;
            refused.Remove((channel, id));
            if (instrument is null || instruments.Contains(instrument)) Enqueue(channel, instrument is null ? [] : [instrument], subscribes: true);
        }
    }

    private void Enqueue(VenueChannel channel, IReadOnlyList<VenueInstrument> products, bool subscribes)
    {
        if (!channel.HasProducts) waiting.AddLast(new SubscriptionRequest(0, channel, [], subscribes, 0));
        else foreach (var batch in products.Chunk(channel.ProductsPerRequest)) waiting.AddLast(new SubscriptionRequest(0, channel, batch, subscribes, 0));
    }

    private static string Named(VenueChannel channel, string? id) => id is null ? channel.Name : $"{channel.Name} {id}";

    /// <summary>The id as a word of its own: BTC-USD is not mentioned by "BTC-USDT is not a valid product".</summary>
    private static bool Mentions(string reason, string id)
    {
        for (var at = reason.IndexOf(id, StringComparison.OrdinalIgnoreCase); at >= 0; at = reason.IndexOf(id, at + 1, StringComparison.OrdinalIgnoreCase))
        {
            var end = at + id.Length;
            if ((at == 0 || !char.IsLetterOrDigit(reason[at - 1])) && (end == reason.Length || !char.IsLetterOrDigit(reason[end]))) return true;
        }
        return false;
    }
}
