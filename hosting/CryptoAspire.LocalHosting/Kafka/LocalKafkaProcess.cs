using System.Globalization;
using System.Reflection;
using Aspire.Hosting;
using CryptoAspire.LocalHosting.DotNet;
using CryptoAspire.LocalHosting.Processes;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Kafka;

/// <summary>Runs a Kafka resource with LocalKafka, which is built with this library.</summary>
internal static class LocalKafkaProcess
{
    private const string AssemblyKey = "LocalKafkaAssembly";

    public static ProcessSpec Prepare(KafkaServerResource kafka, RunContext context)
    {
        var assembly = typeof(LocalKafkaProcess).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>()
            .FirstOrDefault(a => a.Key == AssemblyKey)?.Value;
        if (assembly is null || !File.Exists(assembly))
        {
            throw new ResourceStartException("LocalKafka has not been built", "dotnet build hosting/CryptoAspire.LocalKafka");
        }

        var (fileName, first) = ProjectAssembly.Command(assembly);
        string[] arguments =
        [
            .. first,
            "--port", kafka.PrimaryEndpoint.Port.ToString(CultureInfo.InvariantCulture),
            "--data", context.Data.In(kafka.Name),
            "--advertise", "127.0.0.1", // not "localhost": clients would try ::1 first and log that nobody is there
        ];
        return new ProcessSpec(fileName, arguments, Path.GetDirectoryName(assembly)!)
        {
            Environment = new Dictionary<string, string> { ["DOTNET_ROOT"] = ProjectAssembly.DotNetRoot },
            OrphanSignal = Signals.Terminate, // a clean stop spares the recovery at the next start
        };
    }
}
