using Aspire.Hosting.ApplicationModel;
using CryptoAspire.LocalHosting.Output;

namespace CryptoAspire.LocalHosting.Tests.Output;

public class ResourceTableTests
{
    private static readonly CustomResourceSnapshot s_running = new() { ResourceType = "Executable", State = KnownResourceStates.Running, IsReady = true };

    [Fact]
    public void Has_not_settled_before_every_replica_of_every_resource_has_been_heard_of()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddParameter("colour", "blue");
        var first = builder.AddExecutable("first", "sleep", ".", "1000").Resource;
        var second = builder.AddProject<Projects.SampleService>("second").WithReplicas(2).Resource;
        var table = new ResourceTable(new DistributedApplicationModel(builder.Resources));

        Assert.False(table.IsSettled);
        foreach (var (resource, id, settled) in new[] { ((IResource)first, "first", false), (second, "second-1", false), (second, "second-2", true) })
        {
            table.Update(new ResourceEvent(resource, id, s_running));
            Assert.Equal(settled, table.IsSettled);
        }

        table.Update(new ResourceEvent(second, "second-1", s_running with { State = KnownResourceStates.Starting, IsReady = false }));
        Assert.False(table.IsSettled);
    }
}
