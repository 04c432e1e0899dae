using Aspire.Hosting;

namespace CryptoAspire.LocalHosting.DotNet;

/// <summary>A project that is named by its file.</summary>
internal sealed class ProjectFile(string projectPath) : IProjectMetadata
{
    public string ProjectPath { get; } = projectPath;
}
