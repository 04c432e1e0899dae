using System.IO.Compression;
using System.Security.Cryptography;
using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Producer.History.Import.Shapes;
using CryptoAspire.Storage.Migrations;
using CryptoAspire.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace CryptoAspire.Producer.Tests.History;

/// <summary>Files, an import of them, and what stands in a real database afterwards.</summary>
public sealed class ImportUnderTest : IAsyncLifetime
{
    private readonly TemporaryDirectory files = new("history");
    private int reports;

    public NpgsqlDataSource Database { get; private set; } = null!;

    public string ConnectionString { get; private set; } = "";

    public async Task InitializeAsync()
    {
        ConnectionString = await (await PostgresServer.SharedAsync()).CreateDatabaseAsync("history");
        Database = NpgsqlDataSource.Create(ConnectionString);
        await new Migrator(Database, TimeProvider.System, NullLogger<Migrator>.Instance).ApplyAsync(default);
    }

    public async Task DisposeAsync()
    {
        await Database.DisposeAsync();
        files.Dispose();
    }

    /// <summary>A file below a folder of its own, which has no meaning.</summary>
    public string Write(string name, byte[] content)
    {
        var path = files[Path.Combine($"f{Interlocked.Increment(ref reports)}", name)];
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, content);
        return path;
    }

    public string Write(string name, string content) => Write(name, System.Text.Encoding.UTF8.GetBytes(content));

    public string Zip(string name, params (string Entry, string Content)[] entries)
    {
        using var memory = new MemoryStream();
        using (var zip = new ZipArchive(memory, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (entry, content) in entries)
            {
                using var writer = new StreamWriter(zip.CreateEntry(entry).Open());
                writer.Write(content);
            }
        }
        return Write(name, memory.ToArray());
    }

    public static byte[] Gzip(byte[] content)
    {
        using var memory = new MemoryStream();
        using (var gzip = new GZipStream(memory, CompressionLevel.Optimal)) gzip.Write(content);
        return memory.ToArray();
    }

    /// <summary>Imports a file; the report's lines without its header are what was refused.</summary>
    internal async Task<(IReadOnlyList<ImportSummary> Summaries, string[] Refused)> ImportAsync(string path, string? venue = null, string? symbol = null, Interval? interval = null, string? format = null)
    {
        var report = files[$"rejects{Interlocked.Increment(ref reports)}.csv"];
        var summaries = new List<ImportSummary>();
        try
        {
            using var table = RejectReport.Open(report);
            var settings = new ImportSettings([.. HistoryShapes.All.Where(s => format is null || s.Name == format)], venue, symbol is null ? null : Symbol.Parse(symbol), interval);
            var import = new FileImport(Database, settings, table, new PlainProgress(TextWriter.Null, TimeProvider.System), TimeProvider.System);
            foreach (var content in HistoryFiles.Open(path)) summaries.Add(await import.RunAsync(content, SHA256.HashData(await File.ReadAllBytesAsync(path)), default));
        }
        catch (ImportException e)
        {
            e.Data["refused"] = (await File.ReadAllLinesAsync(report))[1..];
            throw;
        }
        return (summaries, (await File.ReadAllLinesAsync(report))[1..]);
    }

    internal async Task<ImportSummary> ImportOneAsync(string path, string? venue = null, string? symbol = null, Interval? interval = null) =>
        Assert.Single((await ImportAsync(path, venue, symbol, interval)).Summaries);

    /// <summary>The candles of a series: start, OHLC, volume, notional, trades.</summary>
    public async Task<List<string>> CandlesAsync(string symbol, string venue, string interval, string origin)
    {
        await using var command = Database.CreateCommand(
            """
            select concat_ws('|', to_char(start at time zone 'utc', 'YYYY-MM-DD HH24:MI'), trim_scale(open), trim_scale(high), trim_scale(low), trim_scale(close),
                             coalesce(trim_scale(volume)::text, '-'), coalesce(trim_scale(notional)::text, '-'), coalesce(trade_count::text, '-'))
            from candle_history
            where symbol = $1 and venue = $2 and interval = $3 and origin = $4
            order by start
            """);
        foreach (var text in new[] { symbol, venue, interval, origin }) command.Parameters.Add(new NpgsqlParameter<string> { TypedValue = text });
        await using var reader = await command.ExecuteReaderAsync();
        var candles = new List<string>();
        while (await reader.ReadAsync()) candles.Add(reader.GetString(0));
        return candles;
    }

    /// <summary>All that there is of history, but for how often and when it was imported.</summary>
    public async Task<string> StateAsync()
    {
        await using var command = Database.CreateCommand(
            """
            select md5(coalesce(string_agg(c::text, ';' order by c.series_id, c.start), '')) || '|' || count(*) || '|' ||
                   (select md5(coalesce(string_agg((i.id, i.file, i.entry, i.series_id, i.rows_read, i.rows_rejected, i.candles, i.candles_new, i.candles_changed)::text, ';' order by i.id), '')) || '|' || count(*)
                    from history_import i)
            from history_candle c
            """);
        return (string)(await command.ExecuteScalarAsync())!;
    }
}
