using System.Globalization;
using System.Text;

namespace CryptoAspire.Producer.History.Import;

/// <summary>Every refused row, as a table (<c>file,line,field,value,reason</c>) when one is asked for; the first of each file for the screen.</summary>
internal sealed class RejectReport : IDisposable
{
    private const int MostShown = 5;

    private readonly StreamWriter? table;
    private readonly List<string> shown = [];

    private RejectReport(StreamWriter? table, string? path)
    {
        this.table = table;
        Path = path;
        table?.WriteLine("file,line,field,value,reason");
    }

    public string? Path { get; }

    /// <summary>Of the file that is read now.</summary>
    public IReadOnlyList<string> Shown => shown;

    /// <exception cref="ImportException">It cannot be written there.</exception>
    public static RejectReport Open(string? path)
    {
        try
        {
            return new RejectReport(path is null ? null : new StreamWriter(path, append: false, new UTF8Encoding(false)), path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ImportException($"--report {path}: {e.Message}", e);
        }
    }

    public void Begin() => shown.Clear();

    public void Add(string file, long line, Rejection why)
    {
        if (shown.Count < MostShown) shown.Add(string.Create(CultureInfo.InvariantCulture, $"{file}, line {line}, {why.Field} '{why.Value}': {why.Why}"));
        table?.WriteLine(string.Join(',', Quoted(file), line.ToString(CultureInfo.InvariantCulture), Quoted(why.Field), Quoted(why.Value), Quoted(why.Why)));
    }

    public void Dispose() => table?.Dispose();

    private static string Quoted(string field) => field.AsSpan().IndexOfAny(",\"\r\n") < 0 ? field : $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
}
