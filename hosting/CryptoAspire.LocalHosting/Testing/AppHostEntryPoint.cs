using System.Diagnostics;
using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

/// <summary>
/// Runs the entry point of an AppHost on a thread of its own and follows it through the events of the listener
/// "Aspire.Hosting": up to Build, where it waits for the test, and not beyond: the built application belongs to the test.
/// </summary>
internal sealed class AppHostEntryPoint : IObserver<KeyValuePair<string, object?>>
{
    private static readonly AsyncLocal<AppHostEntryPoint?> s_current = new();
    private readonly TaskCompletionSource<DistributedApplicationBuilder> _described = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<DistributedApplication> _built = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ManualResetEventSlim _mayBuild = new();
    private bool _abandoned;

    public static async Task<IDistributedApplicationTestingBuilder> RunAsync(
        Assembly assembly, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure, CancellationToken cancellationToken)
    {
        var main = assembly.EntryPoint ?? throw new InvalidOperationException($"The assembly '{assembly.GetName().Name}' has no entry point.");
        var run = new AppHostEntryPoint();
        var thread = new Thread(() => run.Execute(main, args, (options, settings) =>
        {
            options.Assembly = assembly;
            options.Args = args;
            configure(options, settings);
        }))
        { IsBackground = true, Name = $"entry point of {assembly.GetName().Name}" };
        thread.Start();
        var builder = await run._described.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return new TestingBuilder(builder, run.BuildAsync, run.Abandon);
    }

    public void OnCompleted()
    {
    }

    public void OnError(Exception error)
    {
    }

    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (s_current.Value != this)
        {
            return; // another test's AppHost
        }

        switch (value)
        {
            case { Key: "DistributedApplicationBuilding", Value: DistributedApplicationBuilder builder }:
                _described.TrySetResult(builder);
                _mayBuild.Wait();
                if (_abandoned)
                {
                    throw new HostAbortedException();
                }

                break;
            case { Key: "DistributedApplicationBuilt", Value: DistributedApplication application }:
                _built.TrySetResult(application);
                throw new HostAbortedException();
        }
    }

    private void Execute(MethodInfo main, string[] args, Action<DistributedApplicationOptions, HostApplicationBuilderSettings> configure)
    {
        s_current.Value = this;
        using var subscription = DistributedApplicationBuilder.Diagnostics.Subscribe(this);
        using var defaults = TestDefaults.Apply(configure);
        try
        {
            var result = main.Invoke(null, main.GetParameters().Length == 0 ? null : [args]);
            (result as Task)?.GetAwaiter().GetResult();
            Fail(new InvalidOperationException("The entry point ended without building the application; its message is on the standard error output."));
        }
        catch (TargetInvocationException e) when (e.InnerException is HostAbortedException)
        {
            // The application is built and belongs to the test.
        }
#pragma warning disable CA1031 // it is the test's
        catch (Exception e)
#pragma warning restore CA1031
        {
            Fail((e as TargetInvocationException)?.InnerException ?? e);
        }
    }

    private void Fail(Exception error)
    {
        _described.TrySetException(error);
        _built.TrySetException(error);
    }

    private Task<DistributedApplication> BuildAsync(CancellationToken cancellationToken)
    {
        _mayBuild.Set();
        return _built.Task.WaitAsync(cancellationToken);
    }

    private void Abandon()
    {
        _abandoned = !_mayBuild.IsSet;
        _mayBuild.Set();
    }
}
