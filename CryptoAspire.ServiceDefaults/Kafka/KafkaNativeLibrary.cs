using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Confluent.Kafka;
using Microsoft.Extensions.Logging;

namespace CryptoAspire.ServiceDefaults.Kafka;

/// <summary>
/// Makes Confluent.Kafka run on librdkafka as it comes with the NuGet package and, where that is absent, on the operating
/// system's own (Debian's librdkafka1), which may be older than Confluent.Kafka expects. Runs by itself when this assembly
/// is first used; code that builds clients without having touched it calls <see cref="Initialize"/> first.
/// </summary>
public static partial class KafkaNativeLibrary
{
    /// <summary>The first librdkafka that has everything Confluent.Kafka calls on the ordinary paths: 2.1.0.</summary>
    internal const int FirstCompleteVersion = 0x020100ff;

    // Confluent.Kafka imports "librdkafka" and the variants that its package builds for other C libraries.
    private static readonly string[] ImportNames = ["librdkafka", "centos8-librdkafka", "alpine-librdkafka"];
    private static readonly string[] SystemNames = ["librdkafka.so.1"];
    private static readonly Lazy<string> Loaded = new(Load);
    private static int _logged;

    /// <summary>For example <c>Confluent.Kafka 2.15.1 on librdkafka 2.0.2, compatibility shim active</c>.</summary>
    /// <exception cref="KafkaNativeLibraryException">See <see cref="Initialize"/>.</exception>
    public static string Description => Loaded.Value;

    /// <summary>Whether stand-ins replace functions that the native library lacks. Leader epochs are then unknown.</summary>
    public static bool IsShimActive { get; private set; }

    /// <summary>Finds the native library and prepares the managed one. Cheap after the first call.</summary>
    /// <exception cref="KafkaNativeLibraryException">
    /// There is no librdkafka (the message names the package to install), or this version of Confluent.Kafka has other
    /// internals than the shim knows.
    /// </exception>
    public static void Initialize() => _ = Loaded.Value;

    /// <summary>As <see cref="Initialize()"/>, and says once per process in the log which versions work together.</summary>
    public static void Initialize(ILogger logger)
    {
        string description = Description;
        if (Interlocked.Exchange(ref _logged, 1) == 0) LogLoaded(logger, description);
    }

    /// <summary>Tries the package's own copy under each import name first, then the operating system's names.</summary>
    internal static nint TryLoad(Assembly assembly, DllImportSearchPath? searchPath, IEnumerable<string> packageNames, IEnumerable<string> systemNames)
    {
        foreach (string name in packageNames)
            if (NativeLibrary.TryLoad(name, assembly, searchPath, out nint handle)) return handle;
        foreach (string name in systemNames)
            if (NativeLibrary.TryLoad(name, out nint handle)) return handle;
        return 0;
    }

    /// <summary>The library's handle, or the one sentence that a person needs.</summary>
    internal static nint LoadOrExplain(Assembly assembly, IEnumerable<string> packageNames, IEnumerable<string> systemNames) =>
        TryLoad(assembly, null, packageNames, systemNames) is var handle and not 0
            ? handle
            : throw new KafkaNativeLibraryException(
                "librdkafka, the native Kafka client, is not installed on this machine; install it with: apt-get install librdkafka1");

    // Services that never touch Kafka must start without librdkafka: the failure is kept for the first real use.
    [ModuleInitializer]
    [SuppressMessage("Usage", "CA2255", Justification = "Confluent.Kafka must be prepared before anybody builds a client.")]
    internal static void InitializeEarly()
    {
        try
        {
            Initialize();
        }
        catch (KafkaNativeLibraryException)
        {
        }
    }

    private static string Load()
    {
        var confluent = typeof(Library).Assembly;
        NativeLibrary.SetDllImportResolver(confluent, static (name, assembly, searchPath) =>
            name.EndsWith("librdkafka", StringComparison.Ordinal) ? TryLoad(assembly, searchPath, [name], SystemNames) : 0);
        nint library = LoadOrExplain(confluent, ImportNames, SystemNames);
        NativeLibrary.SetDllImportResolver(typeof(KafkaNativeLibrary).Assembly, (name, _, _) => name == ImportNames[0] ? library : 0);

        if (Library.Version < FirstCompleteVersion)
        {
            KafkaCompatibilityShim.Install();
            IsShimActive = true;
        }
        string managed = confluent.GetName().Version!.ToString(3);
        return $"Confluent.Kafka {managed} on librdkafka {Library.VersionString}, compatibility shim {(IsShimActive ? "active" : "not needed")}";
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Versions}")]
    private static partial void LogLoaded(ILogger logger, string versions);
}
