namespace CryptoAspire.LocalHosting.Running;

/// <summary>A variable whose text differs from replica to replica.</summary>
internal sealed class ReplicaValue(Func<Replica, string> text)
{
    public string For(Replica replica) => text(replica);
}
