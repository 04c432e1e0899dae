using CryptoAspire.Testing;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

/// <summary>A project outside the repository with the repository's own build settings and Confluent.Kafka.</summary>
internal static class SnippetProject
{
    public static async Task WriteAsync(TemporaryDirectory directory)
    {
        foreach (string file in new[] { "Directory.Build.props", "Directory.Build.targets", "Directory.Packages.props" })
            await File.WriteAllTextAsync(directory[file], $"""<Project><Import Project="{RepositoryRoot.Path}/{file}" /></Project>""");
        await File.WriteAllTextAsync(directory["Snippet.csproj"], """
            <Project Sdk="Microsoft.NET.Sdk">
              <ItemGroup><PackageReference Include="Confluent.Kafka" /></ItemGroup>
            </Project>
            """);
    }
}
