namespace CryptoAspire.Storage.Migrations;

/// <summary>One step of the schema, from an embedded file <c>NNN_name.sql</c>.</summary>
public sealed record Migration(int Version, string Name, string Sql)
{
    /// <summary>All steps in order; a file, once released, is never edited.</summary>
    public static readonly IReadOnlyList<Migration> All = Load();

    /// <summary>The version of a schema with every step.</summary>
    public static int Latest => All[^1].Version;

    private static Migration[] Load()
    {
        var assembly = typeof(Migration).Assembly;
        return assembly.GetManifestResourceNames()
            .Where(static name => name.EndsWith(".sql", StringComparison.Ordinal))
            .Select(name =>
            {
                using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
                return new Migration(int.Parse(name.AsSpan(0, 3)), name[4..^4], reader.ReadToEnd());
            })
            .OrderBy(static migration => migration.Version)
            .ToArray();
    }
}
