namespace CryptoAspire.Dashboard.Hubs;

/// <summary>What a join gives back: the channel's state, and the sequence that this state includes. Updates with a larger sequence follow.</summary>
/// <param name="Channel">The channel's canonical name.</param>
/// <param name="Sequence">Number of the last update that is part of the payload.</param>
/// <param name="ServerTime">The server's clock, Unix milliseconds, against which ages are measured.</param>
/// <param name="Payload">The snapshot.</param>
public sealed record JoinAnswer(string Channel, long Sequence, long ServerTime, RawJson Payload);
