namespace CryptoAspire.Api;

/// <summary>A request that cannot be answered; becomes problem+json with the field, its value and the remedy.</summary>
public sealed class RequestProblemException(int status, string argument, string? value, string what, string remedy) : Exception($"{argument}: '{value}' {what} {remedy}")
{
    private const int LongestEcho = 100;

    public int Status => status;

    public string Field => argument;

    /// <summary>As sent; cut off when it is very long.</summary>
    public string? Value => value is { Length: > LongestEcho } ? value[..LongestEcho] + "…" : value;

    public string Remedy => remedy;

    public string Detail => $"{argument} '{Value}' {what}";
}
