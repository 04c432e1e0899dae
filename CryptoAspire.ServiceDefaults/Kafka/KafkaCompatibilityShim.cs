using System.Reflection;
using Confluent.Kafka;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>
/// Stand-ins for the functions that Confluent.Kafka calls on ordinary paths (consume, commit, positions, group
/// descriptions) and that librdkafka has only since 2.1 to 2.11. Each answers what the real one answers when the broker
/// told nothing: no leader epoch, no rack, classic groups. Confluent.Kafka keeps its native functions in private static
/// delegate fields; the field's name is the function's without <c>rd_kafka</c>.
/// </summary>
internal static class KafkaCompatibilityShim
{
    /// <summary>Field of <c>Confluent.Kafka.Impl.Librdkafka</c> and the method of this class that replaces it.</summary>
    internal static readonly IReadOnlyDictionary<string, string> StandIns = new Dictionary<string, string>
    {
        ["_message_leader_epoch"] = nameof(NoEpoch),
        ["_topic_partition_get_leader_epoch"] = nameof(NoEpoch),
        ["_topic_partition_set_leader_epoch"] = nameof(IgnoreEpoch),
        ["_Node_rack"] = nameof(Null),
        ["_MemberDescription_target_assignment"] = nameof(Null),
        ["_ConsumerGroupListing_type"] = nameof(ClassicGroup),
        ["_ConsumerGroupDescription_type"] = nameof(ClassicGroup),
        ["_ConsumerGroupDescription_authorized_operations"] = nameof(NoOperations),
        ["_AdminOptions_set_include_authorized_operations"] = nameof(Accept)
    };

    /// <summary>Replaces all nine, or none when one does not fit.</summary>
    /// <exception cref="KafkaNativeLibraryException">This version of Confluent.Kafka has other internals.</exception>
    public static void Install() => Install(typeof(Library).Assembly.GetType("Confluent.Kafka.Impl.Librdkafka"), StandIns);

    internal static void Install(Type? librdkafka, IReadOnlyDictionary<string, string> standIns)
    {
        var delegates = standIns.Select(pair => Bind(librdkafka, pair.Key, pair.Value)).ToList();
        foreach (var (field, standIn) in delegates) field.SetValue(null, standIn);
    }

    private static (FieldInfo Field, Delegate StandIn) Bind(Type? librdkafka, string name, string standIn)
    {
        const BindingFlags hidden = BindingFlags.NonPublic | BindingFlags.Static;
        var field = librdkafka?.GetField(name, hidden) ?? throw Misfit(name, "does not exist", null);
        try
        {
            return (field, Delegate.CreateDelegate(field.FieldType, typeof(KafkaCompatibilityShim).GetMethod(standIn, hidden)!));
        }
        catch (ArgumentException e)
        {
            throw Misfit(name, $"has another signature ({field.FieldType})", e);
        }
    }

    private static KafkaNativeLibraryException Misfit(string field, string how, Exception? inner) => new(
        $"Confluent.Kafka {typeof(Library).Assembly.GetName().Version!.ToString(3)} cannot run on the old librdkafka {Library.VersionString} of this machine: " +
        $"its internal field {field} {how}; use the Confluent.Kafka version of Directory.Packages.props or librdkafka 2.1 or newer.", inner);

    private static int NoEpoch(nint handle) => -1;

    private static void IgnoreEpoch(nint handle, int epoch)
    {
    }

    private static nint Null(nint handle) => 0;

    private static ConsumerGroupType ClassicGroup(nint handle) => ConsumerGroupType.Classic;

    private static nint NoOperations(nint handle, out nuint count)
    {
        count = 0;
        return 0;
    }

    private static nint Accept(nint options, nint include) => 0;
}
