using Xunit;

namespace CryptoAspire.Testing;

/// <summary>A theory about recorded market data; skipped, with the file's name, where the data is absent.</summary>
public sealed class SharedDataTheoryAttribute : TheoryAttribute
{
    /// <param name="files">Paths below <see cref="SharedData.Root"/>.</param>
    public SharedDataTheoryAttribute(params string[] files) => Skip = SharedData.WhyAbsent(files);
}
