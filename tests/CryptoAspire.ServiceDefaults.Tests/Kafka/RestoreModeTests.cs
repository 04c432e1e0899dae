using System.Text.Json;
using CryptoAspire.Testing;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

/// <summary>The two package graphs of Directory.Build.props, evaluated, not restored: one needs the full feed.</summary>
public sealed class RestoreModeTests
{
    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    public async Task Native_package_is_pruned_only_where_the_operating_system_has_it(string useSystem, bool pruned)
    {
        var evaluated = await EvaluateAsync($"-p:UseSystemLibrdkafka={useSystem}");

        Assert.Equal(pruned, Includes(evaluated, "PrunePackageReference").Contains("librdkafka.redist"));
        Assert.Contains("Confluent.Kafka", Includes(evaluated, "PackageReference"));
        // The package's own dependency brings the native one: nobody names, excludes or replaces it.
        Assert.DoesNotContain("librdkafka.redist", Includes(evaluated, "PackageReference"));
        Assert.DoesNotContain("Confluent.Kafka", Includes(evaluated, "Reference"));
        var reference = evaluated.GetProperty("Items").GetProperty("PackageReference").EnumerateArray()
            .Single(item => item.GetProperty("Identity").GetString() == "Confluent.Kafka");
        Assert.False(reference.TryGetProperty("ExcludeAssets", out _));
        Assert.False(reference.TryGetProperty("IncludeAssets", out _));
    }

    /// <summary>
    /// An empty choice on the command line stands for a Linux machine without librdkafka: the feed decides. Here it either
    /// has the native package, and the restore is an ordinary one, or it has not, and one line says what to install.
    /// </summary>
    [Fact]
    public async Task Without_the_library_the_feed_decides_between_an_ordinary_restore_and_one_line()
    {
        if (!OperatingSystem.IsLinux()) return;
        using var directory = new TemporaryDirectory("restore");
        await SnippetProject.WriteAsync(directory);

        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", ["restore", directory["Snippet.csproj"], "-p:UseSystemLibrdkafka="],
            TimeSpan.FromMinutes(2), DotnetCommand.Environment, directory.Path);

        if (exitCode == 0)
        {
            Assert.Contains("librdkafka.redist/", await File.ReadAllTextAsync(directory["obj/project.assets.json"]));
            return;
        }
        string line = Assert.Single(output.Split('\n').Where(text => text.Contains("error", StringComparison.Ordinal)).Distinct());
        Assert.Contains("error CRYPTO001", line);
        Assert.Contains("apt-get install librdkafka1", line);
    }

    private static IEnumerable<string?> Includes(JsonElement evaluated, string item) =>
        evaluated.GetProperty("Items").GetProperty(item).EnumerateArray().Select(entry => entry.GetProperty("Identity").GetString());

    private static async Task<JsonElement> EvaluateAsync(string property)
    {
        string project = Path.Combine(RepositoryRoot.Path, "CryptoAspire.ServiceDefaults", "CryptoAspire.ServiceDefaults.csproj");
        var (exitCode, output) = await ChildProcess.RunAsync("dotnet",
            ["msbuild", project, property, "-getItem:PrunePackageReference,PackageReference,Reference", "-nologo"], TimeSpan.FromMinutes(2),
            DotnetCommand.Environment);
        Assert.True(exitCode == 0, output);
        return JsonDocument.Parse(output).RootElement;
    }
}
