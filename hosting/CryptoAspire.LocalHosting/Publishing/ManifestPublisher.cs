using System.Text.Json;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Publishing;

/// <summary>Writes the manifest instead of running the application: <c>--publisher manifest --output-path x.json</c>.</summary>
internal sealed class ManifestPublisher(
    IConfiguration configuration,
    DistributedApplicationModel model,
    DistributedApplicationExecutionContext executionContext,
    IHostApplicationLifetime lifetime) : IHostedService
{
    public const string Step = "publish-manifest";
    private const string DefaultFileName = "aspire-manifest.json";

    public async Task StartAsync(CancellationToken cancellationToken)
    {
        if (configuration["Publishing:Publisher"] is { } publisher && publisher != "manifest")
        {
            throw new DistributedApplicationException($"The publisher '{publisher}' is not known; the only one is 'manifest'.");
        }

        if (configuration["Pipeline:Step"] is { } step && step != Step)
        {
            throw new DistributedApplicationException($"The step '{step}' is not known; the only one is '{Step}'.");
        }

        var output = configuration["Pipeline:OutputPath"] ?? configuration["Publishing:OutputPath"]
            ?? throw new DistributedApplicationException("The '--output-path [path]' option was not specified even though manifest publishing was requested.");
        var path = Path.GetFullPath(output.EndsWith(".json", StringComparison.Ordinal) ? output : Path.Combine(output, DefaultFileName));
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);

        await using (var stream = File.Create(path))
        await using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            await new ManifestPublishingContext(executionContext, path, writer, cancellationToken).WriteModelAsync(model).ConfigureAwait(false);
        }

        await Console.Out.WriteLineAsync($"Published manifest to: {path}").ConfigureAwait(false);
        lifetime.StopApplication();
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
