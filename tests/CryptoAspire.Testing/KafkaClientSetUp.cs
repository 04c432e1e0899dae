using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using CryptoAspire.ServiceDefaults.Kafka;

namespace CryptoAspire.Testing;

internal static class KafkaClientSetUp
{
    /// <summary>Tests build Kafka clients by hand; whoever uses a fixture has them prepared as services have.</summary>
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Test assemblies must not each remember it.")]
    internal static void Run() => RuntimeHelpers.RunModuleConstructor(typeof(KafkaNativeLibrary).Module.ModuleHandle);
}
