using CryptoAspire.Producer.Venues;

namespace CryptoAspire.Producer.Feeds;

/// <summary>Which of a connection's channels that speak by the clock have fallen silent.</summary>
internal sealed class ChannelSilence(IReadOnlyList<VenueChannel> channels, SubscriptionBook book, TimeProvider clock)
{
    private readonly long opened = clock.GetTimestamp();
    private readonly Lock gate = new();
    private readonly Dictionary<VenueChannel, long> heard = [];

    /// <summary>It spoke.</summary>
    public void Hear(VenueChannel channel)
    {
        lock (gate) heard[channel] = clock.GetTimestamp();
    }

    /// <summary>Kafka made us wait: what the venue said meanwhile stands in the socket's buffers and is heard only now.</summary>
    public void Forgive()
    {
        lock (gate)
            foreach (var channel in heard.Keys) heard[channel] = clock.GetTimestamp();
    }

    /// <summary>The first that has been silent for longer than it may; null when all speak.</summary>
    public VenueChannel? Find()
    {
        foreach (var channel in channels)
        {
            if (channel.SilenceLimit is not { } limit || !book.IsConfirmed(channel)) continue;
            long last;
            lock (gate)
            {
                if (!heard.TryGetValue(channel, out last)) heard[channel] = last = clock.GetTimestamp();
            }
            if (clock.GetElapsedTime(last) > limit && clock.GetElapsedTime(opened) > limit) return channel;
        }
        return null;
    }
}
