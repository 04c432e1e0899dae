using System.Net;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Options;

namespace CryptoAspire.Api.Steering;

/// <summary>
/// Lets a request to an endpoint that changes something through when it brings the API key, in <c>X-Api-Key</c> or as
/// <c>Authorization: Bearer</c>; every other gets 401 before anything of it is read. The comparison is of hashes and takes the same time
/// whatever was sent.
/// </summary>
internal sealed partial class ApiKeyGate(RequestDelegate next, IOptions<ApiKeyOptions> options, IProblemDetailsService problems, ILogger<ApiKeyGate> logger)
{
    public const string Header = "X-Api-Key";

    private const string Bearer = "Bearer ";

    private readonly byte[]? _expected = options.Value.Key is { Length: > 0 } key ? Hash(key) : null;

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<ApiKeyRequired>() is null)
            return next(context);
        return _expected is not null && CryptographicOperations.FixedTimeEquals(Hash(Given(context.Request)), _expected) ? next(context) : RefuseAsync(context);
    }

    private async Task RefuseAsync(HttpContext context)
    {
        LogRefused(context.Request.Method, context.Request.Path, context.Connection.RemoteIpAddress);
        var details = new ProblemDetails { Status = StatusCodes.Status401Unauthorized, Title = "Unauthorized", Detail = "This request changes something, and it did not bring the API key." };
        details.Extensions["remedy"] = _expected is null
            ? $"This API was started without a key (setting Api:Key), so nobody may change anything. Set one, and send it in the header {Header}."
            : $"Send the key in the header {Header}, or as Authorization: Bearer.";
        context.Response.StatusCode = StatusCodes.Status401Unauthorized;
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await problems.WriteAsync(new ProblemDetailsContext { HttpContext = context, ProblemDetails = details });
    }

    private static string Given(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        return request.Headers[Header].FirstOrDefault() ?? (authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? authorization[Bearer.Length..] : "");
    }

    private static byte[] Hash(string text) => SHA256.HashData(Encoding.UTF8.GetBytes(text));

    [LoggerMessage(LogLevel.Warning, "Refused without the API key: {Method} {Path} from {Address}")]
    private partial void LogRefused(string method, PathString path, IPAddress? address);
}
