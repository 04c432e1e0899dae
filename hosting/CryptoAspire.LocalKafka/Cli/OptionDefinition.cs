using System.Globalization;

namespace CryptoAspire.LocalKafka.Cli;

/// <summary>One setting of the broker.</summary>
/// <param name="Name">Name on the command line, without the dashes.</param>
/// <param name="Apply">Puts the text into the options, or throws <see cref="OptionException"/>.</param>
internal sealed record OptionDefinition(string Name, string Description, string Default, Func<BrokerOptions, string, BrokerOptions> Apply)
{
    public OptionDefinition(string name, string description, long number, Func<BrokerOptions, string, BrokerOptions> apply)
        : this(name, description, number.ToString(CultureInfo.InvariantCulture), apply)
    {
    }

    /// <summary>segment-bytes -> SegmentBytes.</summary>
    public string ConfigurationKey { get; } = string.Concat(Name.Split('-').Select(part => char.ToUpperInvariant(part[0]) + part[1..]));
}
