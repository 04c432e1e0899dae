using System.Text.Json;

namespace CryptoAspire.Dashboard.Tests;

/// <summary>A snapshot or an update as it arrived.</summary>
public sealed record HubUpdate(string Channel, long Sequence, JsonElement Payload)
{
    public override string ToString() => $"{Channel} #{Sequence} {Payload}";
}
