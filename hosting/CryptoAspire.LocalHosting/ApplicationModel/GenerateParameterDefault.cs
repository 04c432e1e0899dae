using System.Security.Cryptography;

namespace Aspire.Hosting.ApplicationModel;

/// <summary>A random value, made of characters that need no quoting in connection strings.</summary>
public sealed class GenerateParameterDefault : ParameterDefault
{
    private const string LowerCase = "abcdefghjkmnpqrstuvwxyz";
    private const string UpperCase = "ABCDEFGHJKMNPQRSTUVWXYZ";
    private const string Digits = "0123456789";
    private const string Punctuation = "-_.{}~()*+!";

    /// <summary>The length.</summary>
    public int MinLength { get; set; }

    /// <summary>Whether lower-case letters may occur.</summary>
    public bool Lower { get; set; } = true;

    /// <summary>Whether upper-case letters may occur.</summary>
    public bool Upper { get; set; } = true;

    /// <summary>Whether digits may occur.</summary>
    public bool Numeric { get; set; } = true;

    /// <summary>Whether punctuation may occur.</summary>
    public bool Special { get; set; } = true;

    /// <summary>How many lower-case letters there are at least.</summary>
    public int MinLower { get; set; }

    /// <summary>How many upper-case letters there are at least.</summary>
    public int MinUpper { get; set; }

    /// <summary>How many digits there are at least.</summary>
    public int MinNumeric { get; set; }

    /// <summary>How much punctuation there is at least.</summary>
    public int MinSpecial { get; set; }

    /// <inheritdoc />
    public override string GetDefaultValue()
    {
        (bool Allowed, int Min, string Characters)[] classes =
            [(Lower, MinLower, LowerCase), (Upper, MinUpper, UpperCase), (Numeric, MinNumeric, Digits), (Special, MinSpecial, Punctuation)];
        var alphabet = string.Concat(classes.Where(c => c.Allowed).Select(c => c.Characters));
        if (alphabet.Length == 0)
        {
            throw new InvalidOperationException("A generated value needs at least one kind of character.");
        }

        var required = classes.Where(c => c.Allowed).SelectMany(c => RandomNumberGenerator.GetItems<char>(c.Characters, c.Min)).ToArray();
        var rest = RandomNumberGenerator.GetItems<char>(alphabet, Math.Max(0, MinLength - required.Length));
        char[] value = [.. required, .. rest];
        RandomNumberGenerator.Shuffle<char>(value);
        return new string(value);
    }

    /// <inheritdoc />
    public override void WriteToManifest(Publishing.ManifestPublishingContext context)
    {
        var writer = context.Writer;
        writer.WriteStartObject("generate");
        writer.WriteNumber("minLength", MinLength);
        WriteFlag("lower", Lower);
        WriteFlag("upper", Upper);
        WriteFlag("numeric", Numeric);
        WriteFlag("special", Special);
        WriteMinimum("minLower", MinLower);
        WriteMinimum("minUpper", MinUpper);
        WriteMinimum("minNumeric", MinNumeric);
        WriteMinimum("minSpecial", MinSpecial);
        writer.WriteEndObject();

        void WriteFlag(string name, bool value)
        {
            if (!value)
            {
                writer.WriteBoolean(name, false);
            }
        }

        void WriteMinimum(string name, int value)
        {
            if (value != 0)
            {
                writer.WriteNumber(name, value);
            }
        }
    }
}
