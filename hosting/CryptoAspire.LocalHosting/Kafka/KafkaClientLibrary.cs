using System.Runtime.InteropServices;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Kafka;

/// <summary>The native library of the Kafka client: with the program when NuGet has it, else the operating system's.</summary>
internal static class KafkaClientLibrary
{
    /// <exception cref="ResourceStartException">It is in neither place.</exception>
    public static void Require(string programFolder) => Require(programFolder, IsInstalled);

    internal static void Require(string programFolder, Func<bool> isInstalled)
    {
        var bundled = Directory.EnumerateFiles(programFolder, "librdkafka*", SearchOption.AllDirectories).Any();
        if (!bundled && !isInstalled())
        {
            throw new ResourceStartException("librdkafka, the Kafka client's native library, is not installed", "sudo apt-get install -y librdkafka1");
        }
    }

    private static bool IsInstalled()
    {
        foreach (var name in new[] { "librdkafka.so.1", "librdkafka.so", "librdkafka.dylib" })
        {
            if (NativeLibrary.TryLoad(name, out var handle))
            {
                NativeLibrary.Free(handle);
                return true;
            }
        }

        return false;
    }
}
