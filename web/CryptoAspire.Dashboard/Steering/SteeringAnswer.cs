using System.Text.Json;
using CryptoAspire.Market;

namespace CryptoAspire.Dashboard.Steering;

/// <summary>What came of an order.</summary>
/// <param name="Done">Whether the API took it.</param>
/// <param name="KeyRefused">Whether it was the key that it did not like.</param>
/// <param name="Problem">Why it was not done, and what to do; null when it was.</param>
/// <param name="Body">The answer's JSON; null where there is none.</param>
public sealed record SteeringAnswer(bool Done, bool KeyRefused, string? Problem, JsonElement? Body)
{
    public static SteeringAnswer Refused(string problem, bool keyRefused = false) => new(false, keyRefused, problem, null);

    /// <summary>The body as what the API says that it is; null when there is none or it is something else.</summary>
    public T? Read<T>()
        where T : class
    {
        try
        {
            return Body?.Deserialize<T>(MarketJson.Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
