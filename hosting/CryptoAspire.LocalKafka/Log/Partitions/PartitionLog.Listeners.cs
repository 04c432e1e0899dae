namespace CryptoAspire.LocalKafka.Log;

public sealed partial class PartitionLog
{
    private readonly Lock _listenerGate = new();
    private readonly HashSet<IProgressListener> _listeners = new(ReferenceEqualityComparer.Instance);
    private volatile int _listenerCount;

    /// <summary>
    /// Registers for news. Register BEFORE reading: news after the registration is never missed. A listener registered twice counts once,
    /// so that a partition holds at most one entry for each parked request.
    /// </summary>
    public void OnProgress(IProgressListener listener)
    {
        lock (_listenerGate)
        {
            _listeners.Add(listener);
            _listenerCount = _listeners.Count;
        }
    }

    /// <summary>Ends a registration; nothing happens if there is none.</summary>
    public void RemoveListener(IProgressListener listener)
    {
        lock (_listenerGate)
        {
            _listeners.Remove(listener);
            _listenerCount = _listeners.Count;
        }
    }

    private void NotifyListeners()
    {
        // No wake-up is lost: who registers takes _gate afterwards, in Read. Either that came after the append, then Read sees it,
        // or before, then the registration is visible here.
        if (_listenerCount == 0)
            return;
        lock (_listenerGate)
        {
            foreach (var listener in _listeners)
                listener.OnProgress(this);
        }
    }
}
