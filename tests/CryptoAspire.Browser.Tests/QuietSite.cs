namespace CryptoAspire.Browser.Tests;

/// <summary>One dashboard for the classes that never stop it.</summary>
[CollectionDefinition(Name)]
public sealed class QuietSite : ICollectionFixture<BrowserSite>
{
    public const string Name = "quiet site";
}
