namespace CryptoAspire.LocalKafka.Log;

/// <summary>An open file with a count of those who use it; closed by the last. Starts with one user.</summary>
internal sealed class SharedFile(IFile file)
{
    private int _users = 1;

    public IFile File => file;

    /// <summary>Adds a user; false when the file was closed already.</summary>
    public bool TryAcquire()
    {
        for (var users = Volatile.Read(ref _users); users > 0;)
        {
            var seen = Interlocked.CompareExchange(ref _users, users + 1, users);
            if (seen == users)
                return true;
            users = seen;
        }
        return false;
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _users) == 0)
            file.Dispose();
    }
}
