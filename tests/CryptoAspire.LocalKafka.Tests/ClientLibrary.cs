using System.Runtime.CompilerServices;
using CryptoAspire.ServiceDefaults.Kafka;

namespace CryptoAspire.LocalKafka.Tests;

/// <summary>Confluent.Kafka of these tests finds its native library the way the platform's own clients do.</summary>
internal static class ClientLibrary
{
    [ModuleInitializer]
    internal static void Initialize() => KafkaNativeLibrary.Initialize();
}
