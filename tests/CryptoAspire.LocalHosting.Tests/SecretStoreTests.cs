namespace CryptoAspire.LocalHosting.Tests;

/// <summary>The file of generated secrets is read by people too.</summary>
public sealed class SecretStoreTests : IDisposable
{
    private readonly string _file = Path.Combine(Directory.CreateTempSubdirectory("secrets-").FullName, "secrets.json");

    [Fact]
    public void A_secret_stands_in_the_file_as_it_is()
    {
        const string secret = "a+b&c<d>e'f~(g)";

        Assert.Equal(secret, new SecretStore(_file).GetOrAdd("api-key", () => secret));

        Assert.Contains($"\"api-key\": \"{secret}\"", File.ReadAllLines(_file).Select(line => line.Trim()));
        Assert.Equal(secret, new SecretStore(_file).GetOrAdd("api-key", () => "another"));
    }

    [Fact]
    public void A_secret_of_an_older_file_is_still_the_same()
    {
        File.WriteAllText(_file, """{"api-key":"a\u002Bb"}""");

        Assert.Equal("a+b", new SecretStore(_file).GetOrAdd("api-key", () => "another"));
        _ = new SecretStore(_file).GetOrAdd("postgres-password", () => "p");
        Assert.Equal("a+b", new SecretStore(_file).GetOrAdd("api-key", () => "another"));
    }

    public void Dispose() => Directory.Delete(Path.GetDirectoryName(_file)!, recursive: true);
}
