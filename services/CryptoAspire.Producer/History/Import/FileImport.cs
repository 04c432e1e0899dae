using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Producer.History.Import.Shapes;
using CryptoAspire.Storage.History;
using Npgsql;

namespace CryptoAspire.Producer.History.Import;

/// <summary>Imports one file's content: recognise, read, refuse what cannot be, write the rest in one transaction.</summary>
/// <param name="database">Null: the files are only looked at.</param>
internal sealed class FileImport(NpgsqlDataSource? database, ImportSettings settings, RejectReport report, IImportProgress progress, TimeProvider clock)
{
    private readonly HistoryChecks checks = new(clock);

    /// <param name="sha256">Of the file as it lies on the disk.</param>
    /// <exception cref="ImportException">Nothing of it was imported; the message says why.</exception>
    /// <exception cref="NpgsqlException">PostgreSQL is away or refused; nothing of it was imported.</exception>
    public async Task<ImportSummary> RunAsync(HistoryContent content, byte[] sha256, CancellationToken cancel)
    {
        var started = clock.GetTimestamp();
        report.Begin();
        progress.Begin(content.Name, content.Length);
        try
        {
            // 1. What is it?
            var (shape, layout) = Recognise(content);
            var (series, rowUs) = SeriesOf(content, shape, layout);

            // 2. Its rows.
            await using var load = database is null ? null : await HistoryLoad.BeginAsync(database, cancel);
            var source = new CountedRows(layout.Open(content.Stream, false), rows =>
            {
                cancel.ThrowIfCancellationRequested();
                progress.At(content.Position(), rows);
            });
            var isFolded = rowUs < Interval.OneMinute.Microseconds();
            IHistoryRows rows = isFolded ? new MinuteFold(source, bar => checks.Check(bar, rowUs)) : source;
            var (candles, rejected, empty, firstUs, lastUs) = (0L, 0L, 0L, long.MaxValue, long.MinValue);
            while (rows.Next(out var row))
            {
                var why = row.Rejection ?? (row.Bar is { } candle ? checks.Check(candle, series.Interval.Microseconds()) : null);
                if (why is not null)
                {
                    rejected++;
                    report.Add(content.Name, row.Line, why);
                }
                else if (row.Bar is { } bar)
                {
                    candles++;
                    (firstUs, lastUs) = (Math.Min(firstUs, bar.StartUs), Math.Max(lastUs, bar.StartUs));
                    load?.Add(row.Line, bar);
                }
                else
                {
                    empty++;
                }
            }
            if (candles == 0) throw new ImportException($"it looks like {shape.Name}, but none of its {source.Read:N0} rows can be used{(report.Shown is [var first, ..] ? $"; the first: {first}" : "")}.");

            // 3. All of it, or nothing.
            progress.Merging(source.Read);
            var counts = new LoadCounts(source.Read, rejected, empty);
            var result = load is null ? null : await load.CommitAsync(series, new HistoryFile(Path.GetFileName(content.File), content.Entry, sha256), counts,
                (line, earlier) => report.Add(content.Name, line, new Rejection("row", "", $"has the start of line {earlier} and other values")), cancel);
            return new ImportSummary(content.Name, series, counts, result, result?.Candles ?? candles, firstUs, lastUs, clock.GetElapsedTime(started));
        }
        catch (ImportException e)
        {
            throw new ImportException($"{content.Name}: {e.Message}", e);
        }
        finally
        {
            progress.End();
        }
    }

    private (IHistoryShape Shape, HistoryLayout Layout) Recognise(HistoryContent content)
    {
        if (content.Stream.Peek().Length == 0) throw new ImportException("it is empty.");
        foreach (var shape in settings.Shapes)
            if (shape.Recognise(content) is { } layout) return (shape, layout);
        throw new ImportException(settings.Shapes is [var only]
            ? $"it is not {only.Name}: that looks like  {only.Looks}"
            : $"it has none of the shapes that are known ({string.Join(", ", settings.Shapes.Select(s => s.Name))}); import --help shows them.");
    }

    /// <summary>What the file is of: as the user says, as it says itself, as its names say, in this order; and how long its rows are.</summary>
    private (HistorySeries Series, long RowUs) SeriesOf(HistoryContent content, IHistoryShape shape, HistoryLayout layout)
    {
        if (settings.Symbol is { } wanted && layout.Symbol is { } told && wanted != told) throw new ImportException($"it is of {told}, not of {wanted} as --symbol says.");
        if (settings.Interval is { } length && layout.Interval is { } known && length != known) throw new ImportException($"its candles are of {known.Name()}, not of {length.Name()} as --interval says.");
        var symbol = settings.Symbol ?? layout.Symbol ?? NameHints.Pair(content)
            ?? throw new ImportException($"it is {shape.Name}, and neither it nor its name says which pair it is of: add --symbol BTC-USD.");
        var venue = settings.Venue ?? layout.Venue ?? NameHints.Venue(content)
            ?? throw new ImportException($"it is {shape.Name}, and neither it nor its name says which venue it is of: add --venue coinbase.");
        var rowUs = layout.IsTrades ? 1 : (settings.Interval ?? layout.Interval)?.Microseconds() ?? CandleLength.Find(layout.Open(new MemoryStream(content.Stream.Peek().ToArray()), content.Stream.IsLonger));
        if (rowUs == 0) throw new ImportException("it has too few good rows to tell how long its candles are: add --interval 1m.");
        var minute = Interval.OneMinute.Microseconds();
        var interval = rowUs < minute && minute % rowUs == 0
            ? Interval.OneMinute
            : CandleLength.IntervalOf(rowUs) ?? throw new ImportException($"its candles seem to be of {TimeSpan.FromMicroseconds(rowUs):c}, which are not kept: 1m, 5m, 15m, 1h, 4h and 1d are; --interval says it where rows are few.");
        return (new HistorySeries(symbol.Name, venue, interval, shape.Name), rowUs);
    }
}
