using CryptoAspire.LocalKafka.Groups;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.LocalKafka.Telemetry;
using CryptoAspire.LocalKafka.Transactions;

namespace CryptoAspire.LocalKafka.Server;

/// <summary>What the API handlers work on.</summary>
internal sealed class Broker(
    BrokerOptions options, LogStore store, GroupCoordinator groups, TransactionCoordinator transactions, BrokerMetrics metrics, TimeProvider time)
{
    /// <summary>node.id; 0 because kafka-python and kafkajs look for "broker 0".</summary>
    public const int NodeId = 0;

    /// <summary>Leader epoch of every partition: one node never loses an election.</summary>
    public const int LeaderEpoch = 0;

    public BrokerOptions Options { get; } = options;

    public LogStore Store { get; } = store;

    public GroupCoordinator Groups { get; } = groups;

    public TransactionCoordinator Transactions { get; } = transactions;

    public BrokerMetrics Metrics { get; } = metrics;

    public TimeProvider Time { get; } = time;

    /// <summary>What clients are told to dial; the port is known once the listener is bound.</summary>
    public string AdvertisedHost { get; set; } = options.Advertise.Split(':')[0];

    public int AdvertisedPort { get; set; } = options.Advertise.Split(':') is [_, var port] ? int.Parse(port, System.Globalization.CultureInfo.InvariantCulture) : options.Port;
}
