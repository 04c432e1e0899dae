namespace Aspire.Hosting.ApplicationModel;

/// <summary>Says that the resource starts only when someone asks for it.</summary>
public sealed class ExplicitStartupAnnotation : IResourceAnnotation;
