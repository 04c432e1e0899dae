namespace CryptoAspire.Producer.Venues;

/// <summary>What a venue answers to a subscription: about a channel and perhaps a product, or about a request by its number.</summary>
/// <param name="Channel">Null when the answer names none.</param>
/// <param name="InstrumentId">Null when the answer is for all products of the request, or the channel has none.</param>
/// <param name="RequestId">Null when the venue does not repeat it.</param>
/// <param name="Refusal">Why not; null when it is confirmed.</param>
public readonly record struct SubscriptionAnswer(VenueChannel? Channel, string? InstrumentId, long? RequestId, string? Refusal);
