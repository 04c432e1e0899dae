using CryptoAspire.Storage.Quality;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace CryptoAspire.AggregationScheduler.Quality;

/// <summary>Reads expectations from YAML: <c>expectations:</c> and a list; docs/quality.md has every key.</summary>
internal static class ExpectationFile
{
    private const string Form = "Write expectations: and below it a list of items that begin with - name:.";

    /// <summary>The expectations, each with the line where it begins.</summary>
    /// <param name="text">The file's text.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="ExpectationFileException">Something is wrong; the message has the file, the line and the remedy.</exception>
    public static IReadOnlyList<(Expectation Expectation, long Line)> Parse(string text, string file)
    {
        if (Root(text, file) is not YamlMappingNode { Children: [var (key, value)] } || key is not YamlScalarNode { Value: "expectations" })
            throw new ExpectationFileException(file, 1, "there is not one key expectations.", Form);
        if (value is not YamlSequenceNode items)
            throw new ExpectationFileException(file, key.Start.Line, "expectations is not a list.", Form);

        var expectations = new List<(Expectation Expectation, long Line)>();
        foreach (var item in items)
        {
            if (item is not YamlMappingNode mapping)
                throw new ExpectationFileException(file, item.Start.Line, "the item is not a mapping.", Form);
            var expectation = ExpectationItem.Read(mapping, file);
            if (expectations.FirstOrDefault(other => other.Expectation.Name == expectation.Name) is { Expectation: not null } same)
                throw new ExpectationFileException(file, item.Start.Line, $"{expectation.Name} stands in line {same.Line} already.", "Give one of them another name.");
            expectations.Add((expectation, item.Start.Line));
        }

        return expectations;
    }

    private static YamlNode? Root(string text, string file)
    {
        try
        {
            var yaml = new YamlStream();
            yaml.Load(new StringReader(text));
            return yaml.Documents.Count == 1 ? yaml.Documents[0].RootNode : null;
        }
        catch (YamlException mistake)
        {
            // What is missing at the end is told of the line after it.
            throw new ExpectationFileException(file, Math.Min(mistake.Start.Line, text.TrimEnd().Count(static c => c == '\n') + 1), $"it is not YAML: {mistake.Message.TrimEnd('.')}.", "Look at the indentation, quotes and colons there.");
        }
    }
}
