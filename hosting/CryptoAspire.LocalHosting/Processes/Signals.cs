using System.Runtime.InteropServices;

namespace CryptoAspire.LocalHosting.Processes;

/// <summary>Signals to processes and process groups.</summary>
internal static partial class Signals
{
    public const int Interrupt = 2;
    public const int Kill = 9;
    public const int Terminate = 15;

    /// <summary>Sends a signal; false when there is no such process.</summary>
    public static bool Send(int processId, int signal) => kill(processId, signal) == 0;

    /// <summary>Sends a signal to every process of the group.</summary>
    public static bool SendToGroup(int groupId, int signal) => kill(-groupId, signal) == 0;

    /// <summary>The name that setpriv knows.</summary>
    public static string NameOf(int signal) => signal switch
    {
        Interrupt => "INT",
        Kill => "KILL",
        Terminate => "TERM",
        _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, null),
    };

    [LibraryImport("libc")]
    private static partial int kill(int pid, int sig);
}
