using CryptoAspire.Testing;

namespace CryptoAspire.ServiceDefaults.Tests.Kafka;

public sealed class BannedCallsTests
{
    /// <summary>One project with every refused call and one allowed one, built with the repository's own settings.</summary>
    [Fact]
    public async Task Compiler_refuses_the_calls_that_an_old_native_library_cannot_take()
    {
        using var directory = new TemporaryDirectory("banned");
        await WriteProjectAsync(directory);

        var (exitCode, output) = await ChildProcess.RunAsync("dotnet", ["build", directory["Snippet.csproj"], "-nologo", "-v:q", "-clp:NoSummary"],
            TimeSpan.FromMinutes(3), DotnetCommand.Environment, directory.Path);

        Assert.NotEqual(0, exitCode);
        string[] refused =
        [
            "DescribeClusterAsync", "ListOffsetsAsync", "DescribeTopicsAsync", "ElectLeadersAsync", "IncrementalAlterConfigsAsync",
            "DescribeUserScramCredentialsAsync", "AlterUserScramCredentialsAsync"
        ];
        string[] errors = [.. output.Split('\n').Where(line => line.Contains("error", StringComparison.Ordinal)).Distinct()];
        foreach (string call in refused)
            Assert.Contains(errors, line => line.Contains("error RS0030", StringComparison.Ordinal) && line.Contains(call, StringComparison.Ordinal));
        Assert.Equal(refused.Length, errors.Length);
    }

    private static async Task WriteProjectAsync(TemporaryDirectory directory)
    {
        await SnippetProject.WriteAsync(directory);
        await File.WriteAllTextAsync(directory["Snippet.cs"], """
            using Confluent.Kafka;
            using Confluent.Kafka.Admin;
            public static class Snippet
            {
                public static async Task Use(IAdminClient admin)
                {
                    await admin.DescribeClusterAsync();
                    await admin.ListOffsetsAsync([]);
                    await admin.DescribeTopicsAsync(TopicCollection.OfTopicNames(["a"]));
                    await admin.ElectLeadersAsync(ElectionType.Preferred, []);
                    await admin.IncrementalAlterConfigsAsync([]);
                    await admin.DescribeUserScramCredentialsAsync([]);
                    await admin.AlterUserScramCredentialsAsync([]);
                    await admin.CreateTopicsAsync([new TopicSpecification { Name = "allowed" }]);
                }
            }
            """);
    }
}
