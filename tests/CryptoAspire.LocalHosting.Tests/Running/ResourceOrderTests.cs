using CryptoAspire.LocalHosting.Running;

namespace CryptoAspire.LocalHosting.Tests.Running;

public class ResourceOrderTests
{
    [Fact]
    public void Who_depends_on_others_is_farther_than_they_and_circles_end()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var kafka = builder.AddKafka("kafka");
        var database = builder.AddPostgres("postgres").AddDatabase("crypto");
        var api = builder.AddProject<Projects.SampleService>("api").WithReference(database).WaitFor(kafka);
        var web = builder.AddProject<Projects.SampleService>("web").WithReference(api);
        api.WithReference(web); // each knows the other's address

        var levels = ResourceOrder.Levels(builder.Resources);
        Assert.Equal((0, 0, 1), (levels[kafka.Resource], levels[database.Resource.Parent], levels[database.Resource]));
        Assert.True(levels[api.Resource] > levels[database.Resource]);
        Assert.True(levels[web.Resource] > 0);
    }
}
