using System.Diagnostics;
using System.Globalization;
using CryptoAspire.Producer.History.Import;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Producer.History.Import.Shapes;
using CryptoAspire.Testing;
using Npgsql;

namespace CryptoAspire.Benchmarks.History;

/// <summary>Rows a second from a file of one-minute candles into the database, the first time and again, beside COPY of the same rows into a table like it.</summary>
internal static class ImportBenchmark
{
    private const string Section = "History: import of one-minute candles";
    private const string Columns = "series_id, start, open, high, low, close, volume, notional, buy_volume, trade_count, import_id";

    // 2017-08-17 04:00 UTC, when Binance's BTCUSDT began.
    private const long FirstMs = 1_502_942_400_000;

    public static async Task RunAsync(Report report, NpgsqlDataSource database, int rows)
    {
        using var directory = new TemporaryDirectory("history");
        var plain = Write(directory["binance_BTCUSDT-1m.csv"], rows, (writer, i, open, high, low, close) =>
            writer.Write(string.Create(CultureInfo.InvariantCulture,
                $"{FirstMs + i * 60_000L},{open}.00000000,{high}.00000000,{low}.00000000,{close}.00000000,{i % 997}.12300000,{FirstMs + i * 60_000L + 59_999},{i % 9_973}.45600000,{i % 311},{i % 997}.00000000,1.00000000,0\n")));
        var kaggle = Write(directory["bitstamp_btcusd.csv"], rows, (writer, i, open, high, low, close) =>
            writer.Write(string.Create(CultureInfo.InvariantCulture, $"{FirstMs / 1_000 + i * 60L},{open}.0,{high}.0,{low}.0,{close}.0,{i % 997}.123\n")), "timestamp,open,high,low,close,volume\n");

        var first = await ImportAsync(database, plain);
        var limit = await CopyAsync(database, directory["rows"], rows);
        report.Add(new(Section, "binance-klines, 12 columns, first time", "rows", first, "/s", limit, "/s, raw COPY of the same rows and index"));
        report.Add(new(Section, "binance-klines, 12 columns, again", "rows", await ImportAsync(database, plain), "/s", limit, "/s, raw COPY"));
        report.Add(new(Section, "kaggle-minute, 6 columns, first time", "rows", await ImportAsync(database, kaggle), "/s", limit, "/s, raw COPY of the wider rows"));
        report.Add(new(Section, "binance-klines, only looked at", "rows", await ImportAsync(null, plain), "/s"));
    }

    private static string Write(string path, int rows, Action<StreamWriter, int, int, int, int, int> row, string header = "")
    {
        using var writer = new StreamWriter(path);
        writer.Write(header);
        for (var i = 0; i < rows; i++)
        {
            var open = 40_000 + i * 7 % 1_000;
            row(writer, i, open, open + 50, open - 50, open + i % 50);
        }

        return path;
    }

    private static async Task<double> ImportAsync(NpgsqlDataSource? database, string path)
    {
        using var report = RejectReport.Open(null);
        var import = new FileImport(database, new ImportSettings(HistoryShapes.All), report, new PlainProgress(TextWriter.Null, TimeProvider.System), TimeProvider.System);
        var clock = Stopwatch.StartNew();
        var rows = 0L;
        foreach (var content in HistoryFiles.Open(path))
        {
            var summary = await import.RunAsync(content, new byte[32], CancellationToken.None);
            if (summary.Counts.Rejected > 0)
                throw new InvalidOperationException($"{summary}: {report.Shown[0]}");
            rows += summary.Counts.Read;
        }

        return rows / clock.Elapsed.TotalSeconds;
    }

    /// <summary>One binary COPY in one transaction into a table with the same columns and index, from a file, by Npgsql.</summary>
    private static async Task<double> CopyAsync(NpgsqlDataSource database, string file, int rows)
    {
        await using var connection = await database.OpenConnectionAsync();
        await using (var source = await connection.BeginRawBinaryCopyAsync($"copy (select {Columns} from history_candle order by series_id, start) to stdout (format binary)"))
        {
            await using var target = File.Create(file);
            await source.CopyToAsync(target);
        }

        await using (var command = new NpgsqlCommand("create table raw_candle (like history_candle including indexes)", connection))
            await command.ExecuteNonQueryAsync();
        var clock = Stopwatch.StartNew();
        await using (var target = await connection.BeginRawBinaryCopyAsync($"copy raw_candle ({Columns}) from stdin (format binary)"))
        {
            await using var source = File.OpenRead(file);
            await source.CopyToAsync(target, 1 << 20);
        }

        var rate = rows / clock.Elapsed.TotalSeconds;
        await using (var command = new NpgsqlCommand("drop table raw_candle", connection))
            await command.ExecuteNonQueryAsync();
        return rate;
    }
}
