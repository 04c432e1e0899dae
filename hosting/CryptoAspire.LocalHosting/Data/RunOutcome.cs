namespace CryptoAspire.LocalHosting;

/// <summary>Whether everything could be started; decides the AppHost's exit code.</summary>
internal sealed class RunOutcome
{
    private int _failed;

    public void Fail() => Interlocked.Exchange(ref _failed, 1);

    public void SetExitCode()
    {
        if (Volatile.Read(ref _failed) != 0)
        {
            Environment.ExitCode = 1;
        }
    }
}
