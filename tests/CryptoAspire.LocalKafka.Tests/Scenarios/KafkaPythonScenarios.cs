using System.Diagnostics;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>kafka-python 2.0.2 of Debian (python3-kafka), unmodified.</summary>
public sealed class KafkaPythonScenarios(KafkaPythonScenarios.Run run) : IClassFixture<KafkaPythonScenarios.Run>
{
    public sealed class Run : ClientScenarios
    {
        // Debian's interpreter by its full path: another python3 first on the PATH would not have Debian's package.
        public static ProcessStartInfo Script(string argument) => new("/usr/bin/python3", [Path.Combine(ClientsDirectory, "kafka_python_scenarios.py"), argument]);

        protected override ProcessStartInfo Command(string bootstrap) => Script(bootstrap);

        public static IEnumerable<object[]> All() => Names(Script("--list"));
    }

    public static IEnumerable<object[]> All => Run.All();

    [Theory, MemberData(nameof(All))]
    public void Kafka_python_passes(string scenario) => run.AssertPassed(scenario);
}
