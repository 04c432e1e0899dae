using System.Text.Json;

namespace CryptoAspire.Storage.Jobs;

/// <summary>Parameters of a run as <c>job_run</c> keeps them: one JSON object, text to text.</summary>
public static class RunParameters
{
    public static readonly IReadOnlyDictionary<string, string> None = new Dictionary<string, string>();

    internal static string ToJson(IReadOnlyDictionary<string, string> parameters) => JsonSerializer.Serialize(parameters);

    internal static IReadOnlyDictionary<string, string> Of(string json) => JsonSerializer.Deserialize<Dictionary<string, string>>(json) ?? [];
}
