namespace CryptoAspire.LocalKafka.Cli;

/// <summary>A setting that cannot be used. The message names the option, its value and the remedy.</summary>
public sealed class OptionException(string option, string value, string remedy) : Exception($"{(option.Contains(':') ? option : $"--{option}")} {value}: {remedy}")
{
    public string Option { get; } = option;

    public string Value { get; } = value;
}
