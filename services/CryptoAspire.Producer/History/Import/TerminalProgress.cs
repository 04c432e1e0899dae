using System.Globalization;
using Spectre.Console;

namespace CryptoAspire.Producer.History.Import;

/// <summary>Progress in a terminal: a bar with the rate and the time left.</summary>
internal sealed class TerminalProgress(IAnsiConsole console, ProgressContext bars, TimeProvider clock) : IImportProgress
{
    private ProgressTask? task;
    private string name = "";
    private long started;

    /// <summary>Runs the work with a progress of the kind that the output is good for.</summary>
    public static async Task<int> ShowAsync(Func<IImportProgress, Task<int>> work, TimeProvider clock)
    {
        if (Console.IsOutputRedirected) return await work(new PlainProgress(Console.Out, clock));
        return await AnsiConsole.Progress().AutoClear(true).HideCompleted(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(bars => work(new TerminalProgress(AnsiConsole.Console, bars, clock)));
    }

    public void Begin(string name, long length)
    {
        this.name = name;
        started = clock.GetTimestamp();
        task = bars.AddTask(Markup.Escape(name), maxValue: Math.Max(1, length));
    }

    public void At(long position, long rows)
    {
        task!.Value = position;
        Describe(rows, string.Create(CultureInfo.InvariantCulture, $"{rows / clock.GetElapsedTime(started).TotalSeconds:N0} rows/s"));
    }

    public void Merging(long rows) => Describe(rows, "into the database");

    public void End()
    {
        task!.Value = task.MaxValue;
        task.StopTask();
    }

    public void Say(string line) => console.WriteLine(line);

    private void Describe(long rows, string more) => task!.Description = Markup.Escape(string.Create(CultureInfo.InvariantCulture, $"{name}  {rows:N0} rows, {more}"));
}
