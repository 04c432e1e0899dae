using Aspire.Hosting;

namespace CryptoAspire.LocalHosting.DotNet;

/// <summary>A project that knows where it was built. Implemented by the classes that LocalHosting.targets generates.</summary>
public interface IBuiltProject : IProjectMetadata
{
    /// <summary>The full path of the built assembly.</summary>
    string AssemblyPath { get; }
}
