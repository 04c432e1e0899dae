using System.Reflection;
using Confluent.Kafka;
using CryptoAspire.ServiceDefaults.Kafka;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

public sealed class KafkaNativeLibraryTests
{
    private static readonly Assembly Managed = typeof(Library).Assembly;
    private static readonly Type Internals = Managed.GetType("Confluent.Kafka.Impl.Librdkafka", throwOnError: true)!;

    [Fact]
    public void All_nine_replaced_fields_exist_in_the_pinned_version_and_fit_their_stand_ins()
    {
        Assert.Equal(9, KafkaCompatibilityShim.StandIns.Count);
        foreach (var (name, standIn) in KafkaCompatibilityShim.StandIns)
        {
            var field = Internals.GetField(name, BindingFlags.NonPublic | BindingFlags.Static);
            Assert.True(field is { IsInitOnly: false }, $"{name} is missing or read-only");
            var method = typeof(KafkaCompatibilityShim).GetMethod(standIn, BindingFlags.NonPublic | BindingFlags.Static)!;
            Assert.NotNull(Delegate.CreateDelegate(field!.FieldType, method, throwOnBindFailure: false));
        }
    }

    [Fact]
    public void Stand_ins_are_in_place_exactly_when_the_native_library_is_older_than_they_are()
    {
        KafkaNativeLibrary.Initialize();

        bool old = Library.Version < KafkaNativeLibrary.FirstCompleteVersion;
        Assert.Equal(old, KafkaNativeLibrary.IsShimActive);
        foreach (string name in KafkaCompatibilityShim.StandIns.Keys)
        {
            var current = (Delegate)Internals.GetField(name, BindingFlags.NonPublic | BindingFlags.Static)!.GetValue(null)!;
            Assert.Equal(old, current.Method.DeclaringType == typeof(KafkaCompatibilityShim));
        }
    }

    [Fact]
    public void Description_names_both_versions_and_the_shim()
    {
        Assert.Contains($"Confluent.Kafka {Managed.GetName().Version!.ToString(3)}", KafkaNativeLibrary.Description);
        Assert.Contains($"librdkafka {Library.VersionString}", KafkaNativeLibrary.Description);
        Assert.Contains(KafkaNativeLibrary.IsShimActive ? "shim active" : "shim not needed", KafkaNativeLibrary.Description);
    }

    [Fact]
    public void Operating_systems_library_is_found_when_the_package_has_none()
    {
        if (!OperatingSystem.IsLinux() || !Directory.Exists("/usr/lib")
            || !Directory.EnumerateDirectories("/usr/lib").Append("/usr/lib").Any(directory => File.Exists(Path.Combine(directory, "librdkafka.so.1"))))
            return;

        Assert.NotEqual(0, KafkaNativeLibrary.TryLoad(Managed, null, ["no-such-librdkafka"], ["librdkafka.so.1"]));
    }

    [Fact]
    public void Missing_library_is_one_sentence_that_says_what_to_install()
    {
        var error = Assert.Throws<KafkaNativeLibraryException>(
            () => KafkaNativeLibrary.LoadOrExplain(Managed, ["no-such-librdkafka"], ["no-such-librdkafka.so.1"]));

        Assert.EndsWith("apt-get install librdkafka1", error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }

    [Fact]
    public void Other_internals_of_a_future_version_are_named_and_nothing_is_replaced()
    {
        var missing = Assert.Throws<KafkaNativeLibraryException>(() => KafkaCompatibilityShim.Install(typeof(FutureInternals), KafkaCompatibilityShim.StandIns));
        Assert.Contains("_topic_partition_get_leader_epoch does not exist", missing.Message);
        Assert.Equal(7, FutureInternals.Current(0));

        var misfit = Assert.Throws<KafkaNativeLibraryException>(() => KafkaCompatibilityShim.Install(
            typeof(FutureInternals), new Dictionary<string, string> { ["_message_leader_epoch"] = "NoEpoch", ["_changed"] = "NoEpoch" }));
        Assert.Contains("_changed has another signature", misfit.Message);
        Assert.Equal(7, FutureInternals.Current(0));
    }

    private static class FutureInternals
    {
        private static Func<nint, int> _message_leader_epoch = _ => 7;
        private static readonly Func<string, string> _changed = text => text;

        public static int Current(nint handle) => _message_leader_epoch(handle) + _changed("").Length;
    }
}
