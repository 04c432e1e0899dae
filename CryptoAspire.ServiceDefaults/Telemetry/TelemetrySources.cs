namespace CryptoAspire.ServiceDefaults.Telemetry;

/// <summary>The meters and activity sources that services listen to; a trailing <c>*</c> stands for any rest.</summary>
internal static class TelemetrySources
{
    public static readonly string[] Meters =
    [
        "Microsoft.AspNetCore.*", "System.Net.*", "System.Runtime", "Npgsql", "Aspire.Confluent.Kafka", "CryptoAspire.*"
    ];

    public static readonly string[] Activities =
    [
        "Microsoft.AspNetCore", "System.Net.Http", "Npgsql", "Aspire.Confluent.Kafka", "CryptoAspire.*"
    ];

    public static bool IsMeter(string name)
    {
        foreach (string pattern in Meters)
            if (pattern.EndsWith('*') ? name.AsSpan().StartsWith(pattern.AsSpan(0, pattern.Length - 1), StringComparison.Ordinal) : name == pattern)
                return true;
        return false;
    }
}
