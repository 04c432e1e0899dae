using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Aspire.Hosting;

/// <summary>Adds parameters.</summary>
public static class ParameterResourceBuilderExtensions
{
    /// <summary>A parameter that must be set as <c>Parameters:{name}</c>.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, bool secret = false) =>
        builder.Add(Create(builder, name, $"Parameters:{name}", null, secret, persist: false));

    /// <summary>A parameter that may be set; <paramref name="publishValueAsDefault"/> writes the value to the manifest.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, string value, bool publishValueAsDefault = false, bool secret = false) =>
        builder.AddParameter(name, () => value, publishValueAsDefault, secret);

    /// <inheritdoc cref="AddParameter(IDistributedApplicationBuilder, string, string, bool, bool)" />
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, Func<string> valueGetter, bool publishValueAsDefault = false, bool secret = false)
    {
        if (publishValueAsDefault && secret)
        {
            throw new ArgumentException("A parameter cannot be both secret and published as a default value.", nameof(secret));
        }

        var fallback = new ConstantParameterDefault(valueGetter);
        var parameter = new ParameterResource(name, _ => builder.Configuration[$"Parameters:{name}"] ?? fallback.GetDefaultValue(), secret)
        {
            Default = publishValueAsDefault ? fallback : null,
        };
        return builder.Add(parameter);
    }

    /// <summary>A parameter with a default that may be generated; <paramref name="persist"/> keeps the generated value for the next run.</summary>
    public static IResourceBuilder<ParameterResource> AddParameter(this IDistributedApplicationBuilder builder, string name, ParameterDefault value, bool secret = false, bool persist = false) =>
        builder.Add(Create(builder, name, $"Parameters:{name}", value, secret, persist));

    /// <summary>A parameter that is set by a configuration key of its own.</summary>
    public static IResourceBuilder<ParameterResource> AddParameterFromConfiguration(this IDistributedApplicationBuilder builder, string name, string configurationKey, bool secret = false) =>
        builder.Add(Create(builder, name, configurationKey, null, secret, persist: false));

    /// <summary>A generated password of 22 characters that is kept for the next run; not added to the application.</summary>
    public static ParameterResource CreateDefaultPasswordParameter(IDistributedApplicationBuilder builder, string name, bool lower = true, bool upper = true, bool numeric = true, bool special = true, int minLower = 0, int minUpper = 0, int minNumeric = 0, int minSpecial = 0) =>
        Create(
            builder,
            name,
            $"Parameters:{name}",
            new GenerateParameterDefault { MinLength = 22, Lower = lower, Upper = upper, Numeric = numeric, Special = special, MinLower = minLower, MinUpper = minUpper, MinNumeric = minNumeric, MinSpecial = minSpecial },
            secret: true,
            persist: true);

    private static IResourceBuilder<ParameterResource> Add(this IDistributedApplicationBuilder builder, ParameterResource parameter) =>
        builder.AddResource(parameter).WithManifestPublishingCallback(c => c.WriteParameter(parameter));

    private static ParameterResource Create(IDistributedApplicationBuilder builder, string name, string key, ParameterDefault? value, bool secret, bool persist)
    {
        // The value is the same at every look: a generated one that is not kept lives as long as the run.
        string? generated = null;
        return new ParameterResource(name, Read, secret) { Default = value };

        string Read(ParameterDefault? fallback) =>
            builder.Configuration[key]
            ?? (fallback is null
                ? throw new MissingParameterValueException($"Parameter resource could not be used because configuration key '{key}' is missing and the Parameter has no default value.")
                : generated ??= persist && builder.ExecutionContext.IsRunMode
                    ? builder.Services.Singleton<DataDirectory>().Secrets.GetOrAdd(name, fallback.GetDefaultValue)
                    : fallback.GetDefaultValue());
    }

    private static T Singleton<T>(this IServiceCollection services) where T : class =>
        (T)services.Single(s => s.ServiceType == typeof(T)).ImplementationInstance!;
}
