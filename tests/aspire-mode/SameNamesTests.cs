using System.Reflection;

namespace CryptoAspire.AspireMode;

/// <summary>What LocalHosting offers in Aspire's namespaces exists in Aspire, with the same signatures.</summary>
public class SameNamesTests
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // The assemblies of Aspire that it stands for. Aspire.Hosting.Kafka is not among them where the feed lacks it.
    private static readonly Assembly[] s_aspire = [typeof(DistributedApplication).Assembly, typeof(PostgresServerResource).Assembly, typeof(DistributedApplicationTestingBuilder).Assembly];
    private static readonly Assembly s_local = Assembly.LoadFrom(Path.Combine(RepositoryRoot(), "hosting/CryptoAspire.LocalHosting/bin/Debug/net10.0/CryptoAspire.LocalHosting.dll"));

    public static TheoryData<string> Types => [.. s_local.GetExportedTypes()
        .Where(t => t.Namespace!.StartsWith("Aspire.Hosting", StringComparison.Ordinal) && !t.Name.StartsWith("Kafka", StringComparison.Ordinal))
        .Select(t => t.FullName!)];

    [Theory]
    [MemberData(nameof(Types))]
    public void Type_and_its_public_members_are_Aspires(string name)
    {
        var theirs = s_aspire.Select(a => a.GetType(name)).FirstOrDefault(t => t is { IsVisible: true });
        Assert.True(theirs is not null, $"Aspire has no public type {name}");
        var known = Members(theirs).ToHashSet();
        var ours = Members(s_local.GetType(name)!, Declared).Where(m => !known.Contains(m)).ToList();
        Assert.True(ours.Count == 0, $"Aspire's {name} has no\n{string.Join('\n', ours)}");
    }

    private static IEnumerable<string> Members(Type type, BindingFlags which = Declared & ~BindingFlags.DeclaredOnly) =>
        type.GetMembers(which).Concat(type.IsInterface ? type.GetInterfaces().SelectMany(i => i.GetMembers(which)) : [])
            .Where(m => m is not MethodBase { IsSpecialName: true, Name: not ".ctor" } && m is not Type)
            .Where(m => !m.Name.Contains('<', StringComparison.Ordinal))
            .Select(m => m is MethodInfo method ? $"{method} <{string.Join(';', method.GetGenericArguments().SelectMany(a => a.GetGenericParameterConstraints()).Select(c => c.ToString()).Order(StringComparer.Ordinal))}>" : m.ToString()!)
            .Distinct();

    private static string RepositoryRoot()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "CryptoAspire.sln")))
            folder = folder.Parent!;
        return folder.FullName;
    }
}
