namespace CryptoAspire.LocalKafka.Server;

/// <summary>
/// The bound on memory held by requests over all connections. When it is reached, the connection whose half-received
/// request has gone longest without a byte pays: it is closed. A request that has fully arrived is never given up.
/// </summary>
internal sealed class FrameMemory(long limitBytes)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<IFrameHolder> _receiving = new();
    private long _held;
    private long _evicting;
    private long _evictions;

    /// <summary>Bytes held now.</summary>
    public long HeldBytes => Volatile.Read(ref _held);

    /// <summary>Connections closed to stay below the limit.</summary>
    public long Evictions => Volatile.Read(ref _evictions);

    /// <summary>Takes <paramref name="bytes"/> more for the holder's request, which goes on arriving.</summary>
    /// <returns>False: even with every idle half-received request gone there is no room; the holder must give up.</returns>
    public bool TryReserve(IFrameHolder holder, int bytes)
    {
        List<IFrameHolder>? evicted = null;
        bool fits;
        lock (_lock)
        {
            Remove(holder);
            while (_held - _evicting + bytes > limitBytes && _receiving.First is { } idle)
            {
                _receiving.RemoveFirst();
                idle.Value.Receiving = null;
                _evicting += idle.Value.HeldBytes;
                idle.Value.Evicted = true;
                _evictions++;
                (evicted ??= []).Add(idle.Value);
            }
            fits = _held - _evicting + bytes <= limitBytes;
            if (fits)
            {
                _held += bytes;
                holder.HeldBytes += bytes;
                if (holder.Evicted)
                    _evicting += bytes;
                else
                    holder.Receiving = _receiving.AddLast(holder);
            }
        }
        foreach (var victim in evicted ?? [])
            victim.Evict();
        return fits;
    }

    /// <summary>Bytes came for the holder's request: it is the last to pay now.</summary>
    public void Touch(IFrameHolder holder)
    {
        lock (_lock)
        {
            if (holder.Receiving is null)
                return;
            _receiving.Remove(holder.Receiving);
            _receiving.AddLast(holder.Receiving);
        }
    }

    /// <summary>The request has arrived: it stays until <see cref="Release"/>.</summary>
    public void Complete(IFrameHolder holder)
    {
        lock (_lock)
            Remove(holder);
    }

    /// <summary>The request is done with.</summary>
    public void Release(IFrameHolder holder)
    {
        lock (_lock)
        {
            Remove(holder);
            _held -= holder.HeldBytes;
            if (holder.Evicted)
                _evicting -= holder.HeldBytes;
            holder.HeldBytes = 0;
        }
    }

    private void Remove(IFrameHolder holder)
    {
        if (holder.Receiving is not { } node)
            return;
        _receiving.Remove(node);
        holder.Receiving = null;
    }
}
