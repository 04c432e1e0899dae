using Npgsql;

namespace CryptoAspire.Storage.Silver;

/// <summary>
/// The columns of statements that write many rows at once (<c>unnest($1, $2, …)</c>): lists that keep their room from one transaction to
/// the next. Rented by a transaction for its life.
/// </summary>
internal sealed class ColumnPool
{
    private readonly Dictionary<Type, IShelf> _shelves = [];

    private interface IShelf
    {
        void Reset();
    }

    /// <summary>An empty column, added to the command as its next parameter.</summary>
    public List<T> Add<T>(NpgsqlBatchCommand command)
    {
        if (!_shelves.TryGetValue(typeof(T), out var shelf))
            _shelves.Add(typeof(T), shelf = new Shelf<T>());
        var column = ((Shelf<T>)shelf).Next();
        command.Parameters.Add(new NpgsqlParameter<List<T>> { TypedValue = column });
        return column;
    }

    /// <summary>Takes all columns back.</summary>
    public void Reset()
    {
        foreach (var shelf in _shelves.Values)
            shelf.Reset();
    }

    private sealed class Shelf<T> : IShelf
    {
        private readonly List<List<T>> _columns = [];
        private int _used;

        public List<T> Next()
        {
            if (_used == _columns.Count)
                _columns.Add([]);
            return _columns[_used++];
        }

        public void Reset()
        {
            foreach (var column in _columns)
                column.Clear();
            _used = 0;
        }
    }
}
