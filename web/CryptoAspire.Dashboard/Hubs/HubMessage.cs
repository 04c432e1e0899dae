namespace CryptoAspire.Dashboard.Hubs;

/// <summary>One update of one channel on its way to a subscriber.</summary>
public readonly record struct HubMessage(string Channel, long Sequence, RawJson Payload);
