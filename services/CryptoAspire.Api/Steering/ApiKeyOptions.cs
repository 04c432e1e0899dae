namespace CryptoAspire.Api.Steering;

/// <summary>Section <c>Api</c>.</summary>
public sealed class ApiKeyOptions
{
    public const string Section = "Api";

    /// <summary>What a request that changes something must bring. Empty: nobody may change anything.</summary>
    public string Key { get; set; } = "";
}
