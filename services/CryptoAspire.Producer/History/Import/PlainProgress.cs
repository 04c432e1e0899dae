using System.Globalization;

namespace CryptoAspire.Producer.History.Import;

/// <summary>Progress where there is no terminal: a line every few seconds.</summary>
internal sealed class PlainProgress(TextWriter output, TimeProvider clock) : IImportProgress
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private string name = "";
    private long length, started, said;

    public void Begin(string name, long length)
    {
        this.name = name;
        this.length = length;
        started = said = clock.GetTimestamp();
    }

    public void At(long position, long rows)
    {
        if (clock.GetElapsedTime(said) < Pause) return;
        said = clock.GetTimestamp();
        var elapsed = clock.GetElapsedTime(started).TotalSeconds;
        var share = length > 0 ? Math.Clamp((double)position / length, 0, 1) : 1;
        var left = share > 0 ? elapsed / share - elapsed : 0;
        Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {share:P0}, {rows:N0} rows, {rows / elapsed:N0} rows/s, {left:0} s left"));
    }

    public void Merging(long rows)
    {
        if (clock.GetElapsedTime(started) >= Pause) Say(string.Create(CultureInfo.InvariantCulture, $"{name}: {rows:N0} rows are read and go into the database"));
    }

    public void End()
    {
    }

    public void Say(string line) => output.WriteLine(line);
}
