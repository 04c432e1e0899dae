using System.Runtime.InteropServices;

namespace CryptoAspire.LocalHosting.Output;

/// <summary>
/// Whether the terminal's input may be read: a process in the background (<c>./run.sh &amp;</c>) that reads it is stopped by
/// the kernel (SIGTTIN).
/// </summary>
internal static partial class ForegroundTerminal
{
    private const int StandardInput = 0;

    public static bool IsOurs => !Console.IsInputRedirected && tcgetpgrp(StandardInput) == getpgrp();

    [LibraryImport("libc")]
    private static partial int tcgetpgrp(int fd);

    [LibraryImport("libc")]
    private static partial int getpgrp();
}
