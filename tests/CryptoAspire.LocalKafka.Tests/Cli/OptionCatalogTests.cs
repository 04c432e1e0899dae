using CryptoAspire.LocalKafka.Cli;
using CryptoAspire.LocalKafka.Log;
using CryptoAspire.Testing;
using Microsoft.Extensions.Configuration;

namespace CryptoAspire.LocalKafka.Tests.Cli;

public class OptionCatalogTests
{
    private static readonly Dictionary<string, string> s_nothing = [];

    [Fact]
    public void The_command_line_wins_over_the_environment_which_wins_over_the_file()
    {
        using var directory = new TemporaryDirectory("options");
        File.WriteAllText(directory["appsettings.json"], """{ "LocalKafka": { "Partitions": 3, "SegmentBytes": 4096, "Flush": "always" } }""");
        var variable = $"LOCALKAFKA_TEST_{Guid.NewGuid():N}_";
        Environment.SetEnvironmentVariable($"{variable}LocalKafka__SegmentBytes", "8192");
        Environment.SetEnvironmentVariable($"{variable}LocalKafka__Partitions", "5");
        var configuration = new ConfigurationBuilder().AddJsonFile(directory["appsettings.json"]).AddEnvironmentVariables(variable).Build();

        var options = OptionCatalog.Read(configuration, new Dictionary<string, string> { ["partitions"] = "7" });
        Assert.Equal((7, 8192, FlushMode.Always, 9092), (options.Partitions, options.SegmentBytes, options.Flush, options.Port));
    }

    [Fact]
    public void A_configuration_key_that_does_not_exist_is_refused_by_name()
    {
        var refused = Assert.Throws<OptionException>(() => OptionCatalog.Read(Configuration("SegmentByte", "1"), s_nothing));
        Assert.Contains("LocalKafka:SegmentByte", refused.Message, StringComparison.Ordinal);
        Assert.Contains("SegmentBytes", refused.Message, StringComparison.Ordinal);
    }

    /// <summary>Each option takes its own default, says no to nonsense, and changes something when it is set.</summary>
    [Fact]
    public void Every_option_reads_its_default_and_refuses_nonsense()
    {
        Assert.All(OptionCatalog.All, option =>
        {
            var same = OptionCatalog.Read(Configuration(option.ConfigurationKey, $"{option.Default}"), s_nothing);
            Assert.Equal(new BrokerOptions(), same);
            if (option.Name != "data") // any text but none is a directory
                Assert.Contains(option.Name, Assert.Throws<OptionException>(() => OptionCatalog.Read(Configuration(), Line(option.Name, "no such!"))).Message, StringComparison.Ordinal);
            Assert.Contains(option.Name, Assert.Throws<OptionException>(() => OptionCatalog.Read(Configuration(), Line(option.Name, " "))).Message, StringComparison.Ordinal);
        });
    }

    [Theory]
    [InlineData("max-message-bytes", "104857600", "max-frame-bytes")]
    [InlineData("frame-memory-bytes", "2000000", "max-frame-bytes")]
    [InlineData("http-port", "9092", "listener")]
    public void Options_that_contradict_each_other_are_refused(string option, string value, string about) =>
        Assert.Contains(about, Assert.Throws<OptionException>(() => OptionCatalog.Read(Configuration(), Line(option, value))).Message, StringComparison.Ordinal);

    [Fact]
    public void The_README_lists_every_option_with_its_default()
    {
        var rows = File.ReadAllLines(Path.Combine(RepositoryRoot.Path, "hosting", "CryptoAspire.LocalKafka", "README.md")).Where(l => l.StartsWith("| `--", StringComparison.Ordinal)).ToArray();
        Assert.All(OptionCatalog.All, option =>
        {
            var row = Assert.Single(rows, r => r.Split('|')[1].Split(',').Any(cell => cell.Trim() == $"`--{option.Name}`"));
            if (!row.Contains("MiB", StringComparison.Ordinal)) // a unit for people
                Assert.Contains($"{option.Default}", row.Split('|')[2], StringComparison.OrdinalIgnoreCase);
        });
    }

    private static Dictionary<string, string> Line(string option, string value) => new() { [option] = value };

    private static IConfiguration Configuration(string? key = null, string? value = null) =>
        new ConfigurationBuilder().AddInMemoryCollection(key is null ? [] : [KeyValuePair.Create($"LocalKafka:{key}", value)]).Build();
}
