using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Transactions;

/// <summary>What <see cref="TransactionState"/> wants done, in order; what follows a save waits until it is durable.</summary>
internal abstract record TransactionEffect
{
    /// <summary>Make the state durable.</summary>
    public sealed record Save : TransactionEffect;

    /// <summary>Write the decision to every partition and group of the transaction, then call <see cref="TransactionState.MarkersWritten"/>.</summary>
    public sealed record WriteMarkers : TransactionEffect;

    public sealed record InitReply(long Ticket, InitOutcome Outcome) : TransactionEffect;

    public sealed record EndReply(long Ticket, ErrorCode Error) : TransactionEffect;
}

/// <summary>The answer to InitProducerId.</summary>
internal readonly record struct InitOutcome(ErrorCode Error, long ProducerId, short ProducerEpoch)
{
    public static InitOutcome Failed(ErrorCode error) => new(error, -1, -1);
}

/// <summary>InitProducerId of a transactional producer. <paramref name="ProducerId"/> and epoch are -1 unless it recovers (KIP-360).</summary>
/// <param name="AllocateProducerId">Gives a producer id never used before; asked only when one is needed.</param>
internal sealed record InitInput(long Ticket, int TimeoutMs, long ProducerId, short ProducerEpoch, Func<long> AllocateProducerId);
