using Xunit;

namespace CryptoAspire.Testing;

/// <summary>A fact about recorded market data; skipped, with the file's name, where the data is absent.</summary>
public sealed class SharedDataFactAttribute : FactAttribute
{
    /// <param name="files">Paths below <see cref="SharedData.Root"/>.</param>
    public SharedDataFactAttribute(params string[] files) => Skip = SharedData.WhyAbsent(files);
}
