using CryptoAspire.Dashboard.Live;
using CryptoAspire.Market;
using Microsoft.AspNetCore.SignalR;
using Npgsql;

namespace CryptoAspire.Dashboard.Hubs;

/// <summary>
/// The live stream, at <c>/hubs/market</c>. <c>Join(channel)</c> answers with a snapshot and its sequence; then the client method
/// <c>update(channel, sequence, payload)</c> brings every later update once and in order. After a reconnect, join again.
/// </summary>
public sealed class MarketHub(
    MarketState market, CandleStreams candles, GoldState gold, FeedStatus feed, MarketHistory history, Audience audience, TimeProvider time,
    ILogger<MarketHub> logger) : Hub
{
    private const int MostChannels = 64;
    private static readonly object SubscriberKey = new();

    public override Task OnConnectedAsync()
    {
        audience.Enter();
        Context.Items[SubscriberKey] = new Subscriber(Context.ConnectionId, Clients.Caller, Context.Abort, logger);
        return base.OnConnectedAsync();
    }

    public override async Task OnDisconnectedAsync(Exception? exception)
    {
        audience.Leave();
        var subscriber = Self;
        foreach (var channel in subscriber.Joined.Values)
            channel.Leave(subscriber);
        await subscriber.DisposeAsync();
        await base.OnDisconnectedAsync(exception);
    }

    /// <summary>Starts sending a channel to this connection.</summary>
    /// <exception cref="HubException">The name is not a channel, or this connection or the dashboard follows too many already.</exception>
    public async Task<JoinAnswer> Join(string channel)
    {
        if (!ChannelName.TryParse(channel, out var name, out var problem))
            throw new HubException(problem);
        var subscriber = Self;
        var cancel = Context.ConnectionAborted;
        if (subscriber.Joined.Count >= MostChannels && !subscriber.Joined.ContainsKey(channel))
            throw new HubException($"channel: this connection has joined {MostChannels} channels already; leave one first.");

        return name.Kind switch
        {
            "market" => Answer(market.Channel, market.Join(subscriber)),
            "pipeline" => Answer(feed.Channel, feed.Channel.Join(subscriber, () => feed.Status)),
            "gold" => await JoinGoldAsync(name.Symbol, subscriber, cancel),
            "symbol" => await JoinSymbolAsync(name.Symbol!, subscriber, cancel),
            _ => await JoinCandlesAsync(name.Symbol!, name.Interval, subscriber, cancel),
        };
    }

    /// <summary>Stops a channel; one that was not joined is ignored.</summary>
    public void Leave(string channel)
    {
        if (ChannelName.TryParse(channel, out var name, out _) && Self.Joined.Remove(name.ToString(), out var joined))
            joined.Leave(Self);
    }

    private Subscriber Self => (Subscriber)Context.Items[SubscriberKey]!;

    private async Task<JoinAnswer> JoinSymbolAsync(string symbol, Subscriber subscriber, CancellationToken cancel)
    {
        var state = Known(symbol);
        if (state.NeedsTrades)
            state.SeedTrades(await Stored(history.TradesAsync(symbol, cancel)));
        return Answer(state.Channel, state.Join(subscriber));
    }

    private async Task<JoinAnswer> JoinGoldAsync(string? symbol, Subscriber subscriber, CancellationToken cancel)
    {
        if (symbol is not null)
            Known(symbol);
        var (channel, sequence, state) = await Stored(gold.JoinAsync(symbol, subscriber, cancel));
        return Answer(channel, (sequence, state));
    }

    private async Task<JoinAnswer> JoinCandlesAsync(string symbol, Interval interval, Subscriber subscriber, CancellationToken cancel)
    {
        Known(symbol);
        var stream = candles.FindOrAdd(symbol, interval);

        // First the place in the stream, then the database: what commits in between comes twice, and its revision says so.
        var (sequence, _) = stream.Channel.Join(subscriber, () => 0);
        subscriber.Joined[stream.Channel.Name] = stream.Channel;
        var bars = await Stored(history.CandlesAsync(symbol, interval, MarketHistory.ChartBars, cancel));
        return Answer(stream.Channel, (sequence, new CandleUpdate([.. bars.Select(CandleBar.Of)])));
    }

    // The browser asks again after an error, so it must hear that there was one.
    private static async Task<T> Stored<T>(Task<T> read)
    {
        try
        {
            return await read;
        }
        catch (NpgsqlException e)
        {
            throw new HubException("The database cannot be read at the moment; join again in a few seconds.", e);
        }
    }

    private SymbolState Known(string symbol) => market.FindOrAdd(symbol)
        ?? throw new HubException($"channel: {symbol} has no data and the dashboard follows {MarketState.MostSymbols} symbols already.");

    private JoinAnswer Answer<T>(HubChannel channel, (long Sequence, T State) joined)
    {
        Self.Joined[channel.Name] = channel;
        return new JoinAnswer(channel.Name, joined.Sequence, time.GetUtcNow().ToUnixTimeMilliseconds(), RawJson.Of(joined.State));
    }
}
