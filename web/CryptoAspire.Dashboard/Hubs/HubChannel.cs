namespace CryptoAspire.Dashboard.Hubs;

/// <summary>
/// One named stream of numbered updates. Joining takes the snapshot under the lock that publishing holds, so that a subscriber gets
/// every update after its snapshot, once and in order.
/// </summary>
public sealed class HubChannel(string name)
{
    private readonly Lock _lock = new();
    private readonly List<Subscriber> _subscribers = [];
    private long _sequence;

    public string Name => name;

    public bool HasSubscribers
    {
        get
        {
            lock (_lock)
                return _subscribers.Count > 0;
        }
    }

    /// <summary>Numbers and sends one update. The payload is built under the lock; null means that there is nothing to say.</summary>
    public void Publish<T>(Func<T?> payload)
        where T : class
    {
        lock (_lock)
        {
            if (payload() is not { } value)
                return;
            _sequence++;
            if (_subscribers.Count == 0)
                return;
            var message = new HubMessage(name, _sequence, RawJson.Of(value));
            foreach (var subscriber in _subscribers)
                subscriber.Enqueue(message);
        }
    }

    /// <summary>Adds a subscriber and reads the state that it starts from.</summary>
    /// <returns>The state and the sequence of the last update that it includes.</returns>
    public (long Sequence, T State) Join<T>(Subscriber subscriber, Func<T> snapshot)
    {
        lock (_lock)
        {
            if (!_subscribers.Contains(subscriber))
                _subscribers.Add(subscriber);
            return (_sequence, snapshot());
        }
    }

    public void Leave(Subscriber subscriber)
    {
        lock (_lock)
            _subscribers.Remove(subscriber);
    }
}
