using CryptoAspire.LocalKafka.Protocol;
using CryptoAspire.LocalKafka.Server;

namespace CryptoAspire.LocalKafka.Apis;

/// <summary>ApiVersions (18): the version table.</summary>
internal sealed class ApiVersionsApi : Api<ApiVersionsRequest, ApiVersionsResponse>
{
    private static readonly ApiVersionsResponse.ApiVersion[] s_table =
        [.. ApiVersionTable.All.Select(row => new ApiVersionsResponse.ApiVersion { ApiKey = row.Key, MinVersion = row.Min, MaxVersion = row.Max })];

    /// <summary>A version above ours is answered in version 0 with error 35 and the table, so that the client can come down (KIP-511).</summary>
    public static void RefuseVersion(RequestContext context) =>
        context.Respond(new ApiVersionsResponse { ErrorCode = ErrorCode.UnsupportedVersion, ApiKeys = s_table }, version: 0);

    protected override ValueTask<ApiVersionsResponse?> AnswerAsync(ApiVersionsRequest request, RequestContext context) =>
        ValueTask.FromResult<ApiVersionsResponse?>(new ApiVersionsResponse { ApiKeys = s_table });
}
