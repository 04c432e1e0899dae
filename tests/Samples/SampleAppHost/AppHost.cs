using Microsoft.Extensions.Configuration;

var builder = DistributedApplication.CreateBuilder(args);
if (builder.Configuration["Sample:Mistake"] is { } mistake)
{
    Console.Error.WriteLine(mistake);
    Environment.ExitCode = 1;
    return;
}

// Two programs that write down when they are told to end, so that tests see the order.
var ends = builder.Configuration["Sample:Ends"] ?? "/dev/null";
string[] Script(string name) => ["-c", $"trap 'echo {name} >> {ends}; exit 0' TERM; sleep 1000 & while :; do sleep 0.05; done"];
var first = builder.AddExecutable("first", "sh", ".", Script("first"));
var second = builder.AddExecutable("second", "sh", ".", Script("second")).WaitFor(first);

if (builder.Configuration.GetValue<bool>("Sample:Stubborn"))
{
    builder.AddExecutable("stubborn", "sh", ".", "-c", "trap '' TERM INT; while :; do sleep 0.05; done").WaitFor(second);
}

if (builder.Configuration.GetValue<bool>("Sample:Postgres"))
{
    builder.AddPostgres("postgres").WithDataVolume("sample").AddDatabase("crypto");
}

builder.AddProject<Projects.SampleService>("dashboard")
    .WithEnvironment("SAMPLE", "text")
    .WithHttpHealthCheck("/health")
    .WithExternalHttpEndpoints()
    .WaitFor(second);

builder.Build().Run();
