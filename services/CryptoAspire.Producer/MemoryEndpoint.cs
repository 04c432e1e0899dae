namespace CryptoAspire.Producer;

/// <summary>
/// <c>POST /memory</c>, there only with <c>Diagnostics:Memory=true</c>: collects all garbage, which stops every thread, and tells what is left. For long runs that
/// want to know whether something grows: between collections the heap's size says more of the collector than of us.
/// </summary>
internal static class MemoryEndpoint
{
    public const string Setting = "Diagnostics:Memory";

    public static void MapMemory(this WebApplication app)
    {
        if (!app.Configuration.GetValue<bool>(Setting)) return;
        app.MapPost("/memory", () =>
        {
            var asItRan = Environment.WorkingSet;
            // Twice: what finalizers let go is garbage only now. Aggressive: and the pages go back to the system.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            GC.WaitForPendingFinalizers();
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
            return new { heap = GC.GetTotalMemory(forceFullCollection: false), committed = GC.GetGCMemoryInfo(GCKind.FullBlocking).TotalCommittedBytes, resident = Environment.WorkingSet, asItRan };
        });
    }
}
