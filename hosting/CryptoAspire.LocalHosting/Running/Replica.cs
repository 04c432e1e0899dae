namespace CryptoAspire.LocalHosting.Running;

/// <summary>One process of a resource: its number from 0 and its name.</summary>
internal readonly record struct Replica(int Index, string Id);
