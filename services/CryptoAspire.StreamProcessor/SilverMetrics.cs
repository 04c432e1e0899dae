using System.Diagnostics.Metrics;
using CryptoAspire.Storage.Silver;

namespace CryptoAspire.StreamProcessor;

/// <summary>The processor's own figures.</summary>
public sealed class SilverMetrics
{
    public const string MeterName = "CryptoAspire.StreamProcessor";

    private readonly Counter<long> _records;
    private readonly Counter<long> _failures;
    private readonly Histogram<double> _commit;
    private readonly Histogram<int> _batch;
    private readonly Histogram<int> _group;
    private readonly Gauge<int> _partitions;
    private readonly Gauge<int> _unbalanced;
    private readonly Counter<long> _checks;
    private long _rows;

    public SilverMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(MeterName);
        _records = meter.CreateCounter<long>("silver.records", "{record}", "Bronze records by what became of them: row, duplicate, quarantined");
        _failures = meter.CreateCounter<long>("silver.commit.failures", "{failure}", "Commits that failed and were tried again");
        _commit = meter.CreateHistogram<double>("silver.commit.duration", "s", "Time of one transaction");
        _batch = meter.CreateHistogram<int>("silver.batch.size", "{record}", "Records of one partition in one transaction");
        _group = meter.CreateHistogram<int>("silver.group.size", "{partition}", "Partitions in one transaction");
        _partitions = meter.CreateGauge<int>("silver.partitions", "{partition}", "Partitions of Bronze that this replica works on");
        _partitions.Record(0);
        _unbalanced = meter.CreateGauge<int>("silver.ledger.unbalanced", "{partition}", "Partitions whose counters and rows differed at the newest check of the ledger");
        _checks = meter.CreateCounter<long>("silver.ledger.checks", "{check}", "Checks of the ledger");
    }

    /// <summary>Rows that this process has committed.</summary>
    public long Rows => Volatile.Read(ref _rows);

    public void Owns(int partitions) => _partitions.Record(partitions);

    /// <summary>One transaction was committed.</summary>
    public void Committed(IReadOnlyList<CommitResult> results, TimeSpan duration)
    {
        foreach (var result in results)
        {
            Interlocked.Add(ref _rows, result.Rows);
            _records.Add(result.Rows, new KeyValuePair<string, object?>("outcome", "row"));
            _records.Add(result.Duplicates, new KeyValuePair<string, object?>("outcome", "duplicate"));
            _records.Add(result.Quarantined, new KeyValuePair<string, object?>("outcome", "quarantined"));
            _batch.Record(result.Rows + result.Duplicates + result.Quarantined);
        }

        _commit.Record(duration.TotalSeconds);
        _group.Record(results.Count);
    }

    public void Failed() => _failures.Add(1);

    public void Checked(int unbalanced)
    {
        _unbalanced.Record(unbalanced);
        _checks.Add(1);
    }
}
