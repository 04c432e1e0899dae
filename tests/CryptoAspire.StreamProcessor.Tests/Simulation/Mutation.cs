namespace CryptoAspire.StreamProcessor.Tests.Simulation;

/// <summary>A bug that is planted to see that the simulation finds it.</summary>
public enum Mutation
{
    None,

    /// <summary>The fence moves from wherever it stands.</summary>
    NoFence,

    /// <summary>A group is committed although a fence of it stands elsewhere.</summary>
    NotAllFences,

    /// <summary>A writer that lost the fence or a commit goes on with the feeds as it thought to know them.</summary>
    FeedsNotForgotten,

    /// <summary>Rows are there at once, whatever becomes of the transaction.</summary>
    RowsOutsideTheTransaction,

    /// <summary>A feed's progress is saved over another writer's.</summary>
    NoFeedRevision,

    /// <summary>Candles are merged outside of the transaction.</summary>
    CandlesOutsideTheTransaction,
}
