using System.Globalization;

namespace CryptoAspire.LocalHosting.Processes;

/// <summary>
/// A process that cannot be confused with another: process ids are used again, so the start time (clock ticks since boot,
/// /proc/pid/stat field 22) belongs to it.
/// </summary>
internal sealed record ProcessIdentity(int ProcessId, long StartTime)
{
    /// <summary>The running process of that id; null when there is none.</summary>
    public static ProcessIdentity? Of(int processId)
    {
        try
        {
            var stat = File.ReadAllText($"/proc/{processId}/stat");
            // The name in parentheses may hold spaces; the fields after it may not.
            var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
            const int state = 0, startTime = 19;
            return fields[state] is "Z" or "X" ? null : new ProcessIdentity(processId, long.Parse(fields[startTime], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or IndexOutOfRangeException)
        {
            return null;
        }
    }

    /// <summary>Whether this very process still runs.</summary>
    public bool IsAlive => Of(ProcessId) == this;

    /// <summary>Waits for its end.</summary>
    public async Task<bool> WaitForExitAsync(TimeSpan timeout, TimeProvider time, CancellationToken cancellationToken = default)
    {
        var start = time.GetTimestamp();
        while (IsAlive)
        {
            if (time.GetElapsedTime(start) > timeout)
            {
                return false;
            }

            await Task.Delay(TimeSpan.FromMilliseconds(20), time, cancellationToken).ConfigureAwait(false);
        }

        return true;
    }
}
