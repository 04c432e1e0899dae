using System.CommandLine;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>The executable: no command serves, the others ask a running broker.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] args)
    {
        var root = new RootCommand("LocalKafka: a small, durable, single-node broker that speaks the Kafka protocol.");
        var options = OptionCatalog.All.ToDictionary(
            d => d.Name, d => new Option<string>($"--{d.Name}") { Description = $"{d.Description} Default: {d.Default}.", HelpName = "value" }, StringComparer.Ordinal);
        foreach (var option in options.Values)
            root.Add(option);
        root.SetAction((parsed, cancel) => Serve.RunAsync(
            options.Where(o => parsed.GetValue(o.Value) is not null).ToDictionary(o => o.Key, o => parsed.GetValue(o.Value)!, StringComparer.Ordinal)));
        root.Add(TopicsCommand.Create());
        root.Add(GroupsCommand.Create());
        root.Add(PeekCommand.Create());

        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
        {
            await Console.Error.WriteLineAsync($"{parsed.Errors[0].Message} See --help.").ConfigureAwait(false);
            return (int)ExitCode.Usage;
        }
        return await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null, EnableDefaultExceptionHandler = false }).ConfigureAwait(false);
    }
}
