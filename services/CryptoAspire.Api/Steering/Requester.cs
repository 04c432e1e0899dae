namespace CryptoAspire.Api.Steering;

/// <summary>Who asks: what the caller says in <c>X-Requested-By</c>, and the address that the request came from.</summary>
internal static class Requester
{
    private const string Header = "X-Requested-By";
    private const int Longest = 100;

    /// <exception cref="RequestProblemException">400: the header is too long, or has control characters.</exception>
    public static string Of(HttpContext context)
    {
        var name = context.Request.Headers[Header].ToString().Trim();
        if (name.Length > Longest || name.Any(char.IsControl))
            throw new RequestProblemException(400, Header, name, $"is not a name of up to {Longest} characters.", "Say who asks, for example alice, or leave it out.");
        var address = context.Connection.RemoteIpAddress is { } ip ? (ip.IsIPv4MappedToIPv6 ? ip.MapToIPv4() : ip).ToString() : "?";
        return name.Length == 0 ? $"api@{address}" : $"{name}@{address}";
    }
}
