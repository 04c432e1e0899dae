namespace CryptoAspire.Market;

/// <summary>
/// Which trades of one source and symbol have been taken, for venues whose ids are contiguous: every id from 0 to
/// <see cref="LastTradeId"/> except the <see cref="Missing"/> ones. Dedupe, gap detection and completeness in one structure.
/// </summary>
/// <remarks>What lies below the first id that we ever saw is missing too: a later backfill of that history is new, not a duplicate.</remarks>
public sealed class FeedProgress
{
    /// <summary>A feed of which nothing was taken yet.</summary>
    public FeedProgress()
        : this(-1, -1, new MissingIds())
    {
    }

    /// <summary>A feed's progress as it was saved.</summary>
    public FeedProgress(long firstTradeId, long lastTradeId, MissingIds missing)
    {
        FirstTradeId = firstTradeId;
        LastTradeId = lastTradeId;
        Missing = missing;
    }

    /// <summary>Where we joined; −1 before.</summary>
    public long FirstTradeId { get; private set; }

    /// <summary>The newest id taken; −1 when none.</summary>
    public long LastTradeId { get; private set; }

    public MissingIds Missing { get; }

    /// <summary>Takes an id. False: it was taken before. A jump leaves the skipped ids in <see cref="Missing"/>.</summary>
    /// <param name="id">The venue's id, 0 or above.</param>
    /// <param name="gap">The hole that this id's jump opened, if it did.</param>
    public bool TryTake(long id, out (long First, long Last)? gap)
    {
        gap = null;
        if (id <= LastTradeId)
            return Missing.Remove(id);

        if (LastTradeId < 0)
        {
            FirstTradeId = id;
            if (id > 0)
                Missing.Append(0, id - 1);
        }
        else if (id > LastTradeId + 1)
        {
            gap = (LastTradeId + 1, id - 1);
            Missing.Append(LastTradeId + 1, id - 1);
        }

        LastTradeId = id;
        return true;
    }

    /// <summary>Notes an id of a venue with sparse ids, where a jump means nothing and repeats are found in Silver.</summary>
    public void NoteSparse(long id)
    {
        if (LastTradeId < 0)
            FirstTradeId = id;
        LastTradeId = Math.Max(LastTradeId, id);
    }
}
