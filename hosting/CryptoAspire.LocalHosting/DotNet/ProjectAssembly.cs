using System.Runtime.InteropServices;
using Aspire.Hosting;
using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.DotNet;

/// <summary>Finds the built program of a project and how to start it.</summary>
internal static class ProjectAssembly
{
    /// <summary>The runtime's root folder, for programs that are started by their own executable.</summary>
    public static string DotNetRoot { get; } = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));

    /// <exception cref="ResourceStartException">The project has not been built.</exception>
    public static string Find(IProjectMetadata project)
    {
        if (project is IBuiltProject { AssemblyPath: var known })
        {
            return File.Exists(known) ? known : throw NotBuilt(project);
        }

        var bin = Path.Combine(Path.GetDirectoryName(project.ProjectPath)!, "bin");
        var name = Path.GetFileNameWithoutExtension(project.ProjectPath);
        return Directory.Exists(bin) && Directory.EnumerateFiles(bin, $"{name}.dll", SearchOption.AllDirectories)
                .Where(f => File.Exists(Path.ChangeExtension(f, ".runtimeconfig.json")))
                .MaxBy(File.GetLastWriteTimeUtc) is { } newest
            ? newest
            : throw NotBuilt(project);
    }

    /// <summary>The command that runs an assembly: its own executable, so that it is called by its name in <c>ps</c>, else dotnet.</summary>
    public static (string FileName, IReadOnlyList<string> Arguments) Command(string assembly)
    {
        var executable = Path.ChangeExtension(assembly, null);
        return File.Exists(executable) ? (executable, []) : (Path.Combine(DotNetRoot, "dotnet"), ["exec", assembly]);
    }

    private static ResourceStartException NotBuilt(IProjectMetadata project) =>
        new("its project has not been built", $"dotnet build {project.ProjectPath}");
}
