using System.Diagnostics;

namespace CryptoAspire.LocalKafka.Tests.Scenarios;

/// <summary>kafkajs 2.2.4 of npm, unmodified.</summary>
public sealed class KafkaJsScenarios(KafkaJsScenarios.Run run) : IClassFixture<KafkaJsScenarios.Run>
{
    public sealed class Run : ClientScenarios
    {
        public static ProcessStartInfo Script(string argument) => new("node", [Path.Combine(ClientsDirectory, "kafkajs_scenarios.mjs"), argument]);

        protected override ProcessStartInfo Command(string bootstrap) => Script(bootstrap);

        public static IEnumerable<object[]> All() => Names(Script("--list"));
    }

    public static IEnumerable<object[]> All => Run.All();

    [Theory, MemberData(nameof(All))]
    public void Kafkajs_passes(string scenario) => run.AssertPassed(scenario);
}
