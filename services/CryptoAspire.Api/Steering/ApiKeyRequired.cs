namespace CryptoAspire.Api.Steering;

/// <summary>Marks an endpoint that changes something.</summary>
internal sealed class ApiKeyRequired
{
    public static readonly ApiKeyRequired Instance = new();
}
