using System.Runtime.InteropServices;
using System.Text.Json;
using Spectre.Console;

namespace CryptoAspire.Benchmarks;

/// <summary>The figures of one run: printed as tables while they come in, written as JSON at the end.</summary>
public sealed class Report
{
    private readonly List<Figure> _figures = [];
    private readonly List<string> _misses = [];

    /// <summary>What was measured so far.</summary>
    public IReadOnlyList<Figure> Figures => _figures;

    /// <summary>One measured figure. <paramref name="Limit"/> is what the same machine did in the same run without our part, in the same unit.</summary>
    public sealed record Figure(string Section, string Case, string Metric, double Value, string Unit, double? Limit = null, string? LimitIs = null, double? Goal = null, bool GoalIsCeiling = false)
    {
        public bool? Met => Goal is not { } goal ? null : GoalIsCeiling ? Value <= goal : Value >= goal;
    }

    public void Add(Figure figure)
    {
        _figures.Add(figure);
        if (figure.Met == false) _misses.Add($"{figure.Case} {figure.Metric}: {figure.Value:N1} {figure.Unit}, goal {(figure.GoalIsCeiling ? "<=" : ">=")} {figure.Goal:N0}");
        Console.Error.WriteLine($"  {figure.Case,-44} {figure.Metric,-22} {figure.Value,14:N1} {figure.Unit}");
    }

    public void Print()
    {
        foreach (var section in _figures.GroupBy(f => f.Section))
        {
            var table = new Table().Title(section.Key).Border(TableBorder.Ascii2);
            table.AddColumn("case");
            table.AddColumn("metric");
            table.AddColumn(new TableColumn("figure").RightAligned());
            table.AddColumn("unit");
            table.AddColumn(new TableColumn("limit in this run").RightAligned());
            table.AddColumn(new TableColumn("of limit").RightAligned());
            table.AddColumn(new TableColumn("goal").RightAligned());
            foreach (var f in section)
            {
                table.AddRow(
                    Markup.Escape(f.Case), Markup.Escape(f.Metric), f.Value.ToString("N1"), Markup.Escape(f.Unit),
                    Markup.Escape(f.Limit is { } limit ? $"{limit:N1} {f.LimitIs}" : ""),
                    f.Limit is { } l && l > 0 ? $"{f.Value / l:P0}" : "",
                    f.Goal is { } goal ? $"{(f.GoalIsCeiling ? "<=" : ">=")} {goal:N0} {(f.Met == true ? "met" : "MISSED")}" : "");
            }

            AnsiConsole.Profile.Width = 170;
            AnsiConsole.Profile.Capabilities.Ansi = !Console.IsOutputRedirected;
            AnsiConsole.Write(table);
        }

        Console.WriteLine(_misses.Count == 0 ? "Every goal of this run was met." : "Missed goals:\n  " + string.Join("\n  ", _misses));
    }

    public void WriteJson(string path)
    {
        var document = new
        {
            machine = new { cores = Environment.ProcessorCount, os = RuntimeInformation.OSDescription, runtime = RuntimeInformation.FrameworkDescription, memoryBytes = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes },
            figures = _figures,
        };
        File.WriteAllText(path, JsonSerializer.Serialize(document, new JsonSerializerOptions { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase }));
        Console.WriteLine($"Written: {Path.GetFullPath(path)}");
    }
}
