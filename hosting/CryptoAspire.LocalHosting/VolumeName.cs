using System.Security.Cryptography;
using System.Text;
using Aspire.Hosting.ApplicationModel;

namespace Aspire.Hosting;

/// <summary>The name of a volume that the AppHost has not named.</summary>
internal static class VolumeName
{
    public static string Or<T>(string? name, IResourceBuilder<T> builder) where T : IResource
    {
        var application = builder.ApplicationBuilder.Environment.ApplicationName.ToLowerInvariant();
        var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(builder.ApplicationBuilder.AppHostDirectory)));
        return name ?? $"{application}-{hash[..10]}-{builder.Resource.Name}-data";
    }
}
