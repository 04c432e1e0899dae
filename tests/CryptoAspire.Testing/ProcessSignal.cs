namespace CryptoAspire.Testing;

/// <summary>POSIX signals that tests send, with their Linux numbers.</summary>
public enum ProcessSignal
{
    /// <summary>Ctrl+C.</summary>
    Interrupt = 2,
    /// <summary>PostgreSQL's immediate shutdown.</summary>
    Quit = 3,
    /// <summary>Death without a word.</summary>
    Kill = 9,
    /// <summary>The request to end.</summary>
    Terminate = 15,
    /// <summary>Go on after <see cref="Stop"/>.</summary>
    Continue = 18,
    /// <summary>Freeze: the process keeps its sockets and answers nothing.</summary>
    Stop = 19
}
