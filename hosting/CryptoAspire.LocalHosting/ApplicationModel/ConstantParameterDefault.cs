namespace Aspire.Hosting.ApplicationModel;

/// <summary>A fixed value; in the manifest only when it is published as the default.</summary>
internal sealed class ConstantParameterDefault(Func<string> value) : ParameterDefault
{
    public override string GetDefaultValue() => value();

    public override void WriteToManifest(Publishing.ManifestPublishingContext context) => context.Writer.WriteString("value", value());
}
