namespace CryptoAspire.Browser.Tests;

/// <summary>The operating system's Chromium (or Chrome); <c>CHROMIUM_PATH</c> names another one.</summary>
internal static class Chromium
{
    public const string Missing = "No Chromium found: apt-get install chromium, or set CHROMIUM_PATH.";

    /// <summary>Null when there is none.</summary>
    public static string? Path { get; } =
        new[] { Environment.GetEnvironmentVariable("CHROMIUM_PATH"), "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome" }
            .FirstOrDefault(path => path is { Length: > 0 } && File.Exists(path));
}
