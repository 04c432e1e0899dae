using System.Diagnostics.Metrics;
using CryptoAspire.LocalKafka.Protocol;

namespace CryptoAspire.LocalKafka.Telemetry;

/// <summary>
/// What the broker counts. The hot path adds to plain tallies; the meter "CryptoAspire.LocalKafka", the event source and
/// /metrics read them.
/// </summary>
internal sealed class BrokerMetrics : IDisposable
{
    public const string MeterName = "CryptoAspire.LocalKafka";

    private readonly Meter _meter = new(MeterName);
    private readonly Histogram<double> _fsyncSeconds;
    private readonly Histogram<double> _requestSeconds;
    private readonly Tally[] _requests = [.. Enumerable.Range(0, 64).Select(_ => new Tally())];
    private readonly DurationHistogram[] _requestTimes = [.. Enumerable.Range(0, 64).Select(_ => new DurationHistogram())];
    private readonly Dictionary<ErrorCode, Tally> _errors = Enum.GetValues<ErrorCode>().Where(e => e != ErrorCode.None).ToDictionary(e => e, _ => new Tally());

    public BrokerMetrics()
    {
        Observe("messaging.kafka.network.in", "By", "Request bytes received.", BytesIn);
        Observe("messaging.kafka.network.out", "By", "Response bytes sent.", BytesOut);
        _meter.CreateObservableCounter("messaging.kafka.messages.produced", () => RecordsIn(), "{record}", "Records appended.");
        _meter.CreateObservableCounter("messaging.kafka.log.appended", () => RecordBytesIn(), "By", "Record bytes appended.");
        Observe("messaging.kafka.log.fetched", "By", "Record bytes handed to consumers.", RecordBytesOut);
        Observe("messaging.kafka.connections.accepted", "{connection}", "Connections accepted.", ConnectionsAccepted);
        Observe("messaging.kafka.connections.dropped", "{connection}", "Connections dropped for silence or not reading.", ConnectionsDropped);
        Observe("messaging.kafka.protocol.errors", "{error}", "Connections closed for bytes that are no request.", ProtocolErrors);
        Observe("messaging.kafka.faults", "{error}", "Requests that failed by a fault of the broker.", Faults);
        _meter.CreateObservableGauge("messaging.kafka.connections", () => Connections(), "{connection}", "Open connections.");
        _meter.CreateObservableGauge("messaging.kafka.partitions", () => Partitions(), "{partition}", "Partitions.");
        _meter.CreateObservableGauge("messaging.kafka.groups", () => Groups(), "{group}", "Groups known.");
        _meter.CreateObservableGauge("messaging.kafka.log.size", () => LogBytes(), "By", "Bytes of all logs.");
        _meter.CreateObservableCounter("messaging.kafka.requests", () => Requests().Select(r =>
            new Measurement<long>(r.Count, new KeyValuePair<string, object?>("messaging.operation.name", r.Key.ToString()))), "{request}", "Requests answered.");
        _meter.CreateObservableCounter("messaging.kafka.errors", () => Errors().Select(e =>
            new Measurement<long>(e.Count, new KeyValuePair<string, object?>("error.type", e.Code.ToString()))), "{error}", "Errors told to clients.");
        _fsyncSeconds = _meter.CreateHistogram<double>("messaging.kafka.log.fsync.duration", "s", "Time of an fsync.");
        _requestSeconds = _meter.CreateHistogram<double>("messaging.kafka.request.duration", "s", "Time to answer a request, waiting included.");
        EventSource = new LocalKafkaEventSource(this);
    }

    public Tally BytesIn { get; } = new();

    public Tally BytesOut { get; } = new();

    public Tally RecordBytesOut { get; } = new();

    public Tally ConnectionsAccepted { get; } = new();

    public Tally ConnectionsDropped { get; } = new();

    public Tally ProtocolErrors { get; } = new();

    public Tally Faults { get; } = new();

    public DurationHistogram FsyncTime { get; } = new();

    public Func<long> RecordsIn { get; set; } = () => 0;

    public Func<long> RecordBytesIn { get; set; } = () => 0;

    public Func<int> Connections { get; set; } = () => 0;

    public Func<int> Partitions { get; set; } = () => 0;

    public Func<int> Topics { get; set; } = () => 0;

    public Func<int> Groups { get; set; } = () => 0;

    public Func<long> LogBytes { get; set; } = () => 0;

    public Func<long> FrameBytes { get; set; } = () => 0;

    private LocalKafkaEventSource EventSource { get; }

    public void Request(ApiKey key, TimeSpan duration)
    {
        _requests[(int)key].Add(1);
        _requestTimes[(int)key].Record(duration);
        if (_requestSeconds.Enabled)
            _requestSeconds.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("messaging.operation.name", key.ToString()));
    }

    public void Error(ErrorCode code)
    {
        if (_errors.TryGetValue(code, out var tally))
            tally.Add(1);
    }

    public void Fsync(TimeSpan duration)
    {
        FsyncTime.Record(duration);
        _fsyncSeconds.Record(duration.TotalSeconds);
    }

    public IEnumerable<(ApiKey Key, long Count, DurationHistogram Times)> Requests() =>
        ApiVersionTable.All.Select(row => (row.Key, _requests[(int)row.Key].Value, _requestTimes[(int)row.Key])).Where(r => r.Value > 0);

    public IEnumerable<(ErrorCode Code, long Count)> Errors() => _errors.Select(e => (e.Key, e.Value.Value)).Where(e => e.Value > 0);

    public void Dispose()
    {
        EventSource.Dispose();
        _meter.Dispose();
    }

    private void Observe(string name, string unit, string description, Tally tally) =>
        _meter.CreateObservableCounter(name, () => tally.Value, unit, description);
}
