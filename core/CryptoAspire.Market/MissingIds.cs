namespace CryptoAspire.Market;

/// <summary>A set of trade ids as sorted, disjoint, closed ranges: the holes below a feed's newest id.</summary>
public sealed class MissingIds
{
    private readonly List<(long First, long Last)> _ranges = [];

    public MissingIds()
    {
    }

    /// <param name="ranges">Sorted, disjoint, closed.</param>
    public MissingIds(IEnumerable<(long First, long Last)> ranges) => _ranges.AddRange(ranges);

    public IReadOnlyList<(long First, long Last)> Ranges => _ranges;

    /// <summary>Adds a hole above all others.</summary>
    /// <exception cref="ArgumentException">The hole is empty or not above the others.</exception>
    public void Append(long first, long last)
    {
        if (first > last || (_ranges.Count > 0 && first <= _ranges[^1].Last))
            throw new ArgumentException($"[{first}, {last}] is empty or not above the holes so far.");
        _ranges.Add((first, last));
    }

    /// <summary>Takes an id out of its hole; false when it is in none.</summary>
    public bool Remove(long id)
    {
        var index = IndexOf(id);
        if (index < 0)
            return false;

        var (first, last) = _ranges[index];
        if (first == last)
        {
            _ranges.RemoveAt(index);
        }
        else if (id == first)
        {
            _ranges[index] = (first + 1, last);
        }
        else
        {
            _ranges[index] = (first, id - 1);
            if (id < last)
                _ranges.Insert(index + 1, (id + 1, last));
        }

        return true;
    }

    public bool Contains(long id) => IndexOf(id) >= 0;

    private int IndexOf(long id)
    {
        var (low, high) = (0, _ranges.Count - 1);
        while (low <= high)
        {
            var middle = (low + high) / 2;
            var (first, last) = _ranges[middle];
            if (id < first)
                high = middle - 1;
            else if (id > last)
                low = middle + 1;
            else
                return middle;
        }

        return -1;
    }
}
