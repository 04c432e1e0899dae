namespace CryptoAspire.ServiceDefaults.Telemetry;

/// <summary>
/// The meters that services listen to, and the activity sources that no instrumentation package knows; a trailing <c>*</c>
/// stands for any rest.
/// </summary>
internal static class TelemetrySources
{
    public static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.*", "System.Net.*", "System.Runtime", "Polly", "Npgsql", "Aspire.Confluent.Kafka", "CryptoAspire.*"
    ];

    public static readonly string[] Activities = ["Aspire.Confluent.Kafka", "CryptoAspire.*"];

    public static bool IsMeter(string name)
    {
        foreach (string pattern in Meters)
            if (pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : name == pattern)
                return true;
        return false;
    }
}
