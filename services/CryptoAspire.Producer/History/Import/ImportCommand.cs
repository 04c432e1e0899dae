using System.CommandLine;
using System.Security.Cryptography;
using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Producer.History.Import.Shapes;
using CryptoAspire.Storage.Migrations;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;
using Symbol = CryptoAspire.Market.Symbol;

namespace CryptoAspire.Producer.History.Import;

/// <summary><c>CryptoAspire.Producer import FILE…</c>: candles of the past from files into the database of a running system. docs/IMPORT.md.</summary>
internal static class ImportCommand
{
    public const string Name = "import";

    private const string Auto = "auto";

    /// <returns>0: all files were imported (rows may have been refused); 1: one was not, or nothing could be done.</returns>
    public static Task<int> RunAsync(string[] args)
    {
        var files = new Argument<string[]>("files") { Description = "Files or folders; .gz and .zip are read as they are.", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string>("--format") { Description = "The files' shape; auto: recognised by their content.", DefaultValueFactory = _ => Auto };
        format.AcceptOnlyFromAmong([Auto, .. HistoryShapes.All.Select(s => s.Name)]);
        var venue = new Option<string?>("--venue") { Description = "The venue that the prices are of, where neither the files nor their names say it." };
        var symbol = new Option<string?>("--symbol") { Description = "The pair, where neither the files nor their names say it." };
        var interval = new Option<string?>("--interval") { Description = "The candles' length, where too few rows are there to tell: 1m, 5m, 15m, 1h, 4h, 1d." };
        var report = new Option<string?>("--report") { Description = "A file for every refused row: file,line,field,value,reason." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only look at the files; needs no database." };
        venue.Validators.Add(result => Check(result.GetValueOrDefault<string?>(), IsVenue, "is no venue; write it like coinbase or bitstamp", result.AddError));
        symbol.Validators.Add(result => Check(result.GetValueOrDefault<string?>(), text => Symbol.TryParse(text, out _), "is no pair; write it like BTC-USD", result.AddError));
        interval.Validators.Add(result => Check(result.GetValueOrDefault<string?>(), text => Intervals.TryParse(text, out _), "is no interval; write 1m, 5m, 15m, 1h, 4h or 1d", result.AddError));
        var command = new RootCommand(
            "Imports candles of the past from files into the database that ConnectionStrings__crypto names, beside the live candles, which it never touches.\n\nShapes that are recognised:\n"
            + string.Join('\n', HistoryShapes.All.Select(s => $"  {s.Name,-18} {s.Looks}")))
        {
            files, format, venue, symbol, interval, report, dryRun,
        };
        command.SetAction((parsed, cancel) =>
        {
            var settings = new ImportSettings(
                [.. HistoryShapes.All.Where(s => parsed.GetValue(format) is Auto or null || s.Name == parsed.GetValue(format))], parsed.GetValue(venue),
                parsed.GetValue(symbol) is { } pair ? Symbol.Parse(pair) : null, parsed.GetValue(interval) is { } length ? Intervals.Parse(length) : null);
            return ImportAsync(parsed.GetValue(files)!, settings, parsed.GetValue(report), parsed.GetValue(dryRun), cancel);
        });
        return command.Parse(args).InvokeAsync();
    }

    private static async Task<int> ImportAsync(IReadOnlyList<string> names, ImportSettings settings, string? reportPath, bool isDryRun, CancellationToken cancel)
    {
        try
        {
            var paths = HistoryFiles.Find(names);
            using var report = RejectReport.Open(reportPath);
            await using var database = isDryRun ? null : await ConnectAsync(cancel);
            return await TerminalProgress.ShowAsync(progress => ImportAllAsync(paths, new FileImport(database, settings, report, progress, TimeProvider.System), report, progress, cancel), TimeProvider.System);
        }
        catch (ImportException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
        }
        catch (NpgsqlException e)
        {
            await Console.Error.WriteLineAsync($"The database: {e.Message} What was imported before stays; the file that was being read was not.");
        }
        catch (OperationCanceledException)
        {
            await Console.Error.WriteLineAsync("Stopped. What was imported before stays; the file that was being read was not.");
        }
        return 1;
    }

    private static async Task<int> ImportAllAsync(IReadOnlyList<string> paths, FileImport import, RejectReport report, IImportProgress progress, CancellationToken cancel)
    {
        var failed = paths.Count == 0;
        foreach (var path in paths)
        {
            try
            {
                byte[] sha256;
                await using (var file = File.OpenRead(path)) sha256 = await SHA256.HashDataAsync(file, cancel);
                foreach (var content in HistoryFiles.Open(path)) failed |= !await ImportOneAsync(content, sha256, import, report, progress, cancel);
            }
            catch (Exception e) when (e is ImportException or IOException or UnauthorizedAccessException)
            {
                failed = true;
                await Console.Error.WriteLineAsync(e.Message);
            }
        }
        return failed ? 1 : 0;
    }

    private static async Task<bool> ImportOneAsync(HistoryContent content, byte[] sha256, FileImport import, RejectReport report, IImportProgress progress, CancellationToken cancel)
    {
        try
        {
            var summary = await import.RunAsync(content, sha256, cancel);
            progress.Say(summary.ToString());
            var refused = summary.Counts.Rejected + (summary.Result?.Contradicting ?? 0);
            foreach (var line in report.Shown) progress.Say($"  refused: {line}");
            if (refused > report.Shown.Count) progress.Say($"  and {refused - report.Shown.Count:N0} more{(report.Path is { } table ? $": {table}" : "; --report FILE lists them all")}");
            return true;
        }
        catch (ImportException e)
        {
            // The other entries of a zip may be good.
            await Console.Error.WriteLineAsync(e.Message);
            return false;
        }
    }

    private static async Task<NpgsqlDataSource> ConnectAsync(CancellationToken cancel)
    {
        var connection = new ConfigurationBuilder().AddEnvironmentVariables().Build().GetConnectionString("crypto");
        if (string.IsNullOrEmpty(connection))
            throw new ImportException("Where is the database? Set ConnectionStrings__crypto=Host=…;Port=…;Username=…;Password=…;Database=crypto, or write ./run.sh import … beside a system that ./run.sh runs. With --dry-run none is needed.");
        var database = NpgsqlDataSource.Create(connection);
        try
        {
            await using (await database.OpenConnectionAsync(cancel))
            {
            }
            if (await new Migrator(database, TimeProvider.System, NullLogger<Migrator>.Instance).CurrentVersionAsync(cancel) is not { } version || version < Migration.Latest)
                throw new ImportException($"The database's schema is older than this build (it needs version {Migration.Latest}): start the system once, which brings it up to date.");
            return database;
        }
        catch
        {
            await database.DisposeAsync();
            throw;
        }
    }

    private static bool IsVenue(string text) => text.Length is > 0 and <= 64 && text.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_' or '.');

    private static void Check(string? value, Func<string, bool> isGood, string why, Action<string> fail)
    {
        if (value is not null && !isGood(value)) fail($"'{value}' {why}.");
    }
}
