using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Microsoft.Extensions.Hosting;
using Spectre.Console;

namespace CryptoAspire.LocalHosting.Output;

/// <summary>
/// What the user sees: a table of the resources that fills in while they start (plain lines when nobody looks), the dashboard's
/// address, and from then on every change of a state as a line among the logs.
/// </summary>
internal sealed class StartUpScreen(
    ResourceTerminal terminal,
    ResourceNotificationService notifications,
    ResourceCommandService commands,
    DistributedApplicationModel model,
    DataDirectory data) : BackgroundService
{
    private const string Dashboard = "dashboard";
    private static readonly TimeSpan s_longest = TimeSpan.FromSeconds(90);
    private readonly ResourceTable _table = new(model);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(stoppingToken);
            patience.CancelAfter(s_longest);
            await ShowStartAsync(patience.Token).ConfigureAwait(false);
            stoppingToken.ThrowIfCancellationRequested();
            Announce();
            if (terminal.Interactive && ForegroundTerminal.IsOurs)
            {
                _ = Task.Run(() => ReadCommandsAsync(stoppingToken), CancellationToken.None);
            }

            await ShowChangesAsync(stoppingToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            terminal.TableIsLive = false;
            terminal.Line("Shutting down...");
            _ = ShowChangesAsync(CancellationToken.None); // not waited for: the rest stops after this service, and it shows how
        }
    }

    private async Task ShowStartAsync(CancellationToken cancellationToken)
    {
        if (!terminal.Interactive)
        {
            await UntilSettledAsync(ShowLine, cancellationToken).ConfigureAwait(false);
            return;
        }

        terminal.TableIsLive = true;
        await AnsiConsole.Live(_table.Render()).AutoClear(false).StartAsync(
            live => UntilSettledAsync(_ => live.UpdateTarget(_table.Render()), cancellationToken)).ConfigureAwait(false);
        terminal.TableIsLive = false;
    }

    private async Task UntilSettledAsync(Action<ResourceEvent> show, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
            {
                if (_table.Update(change))
                {
                    show(change);
                }

                if (_table.IsSettled)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // What has not started by now is shown as it is, and its changes as they come.
        }
    }

    private async Task ShowChangesAsync(CancellationToken cancellationToken)
    {
        await foreach (var change in notifications.WatchAsync(cancellationToken).ConfigureAwait(false))
        {
            if (_table.Update(change))
            {
                ShowLine(change);
            }
        }
    }

    private void ShowLine(ResourceEvent change)
    {
        var line = $"[{ResourceTable.Summary(change.Snapshot)}]";
        terminal.ResourceLine(change.ResourceId, line, line);
    }

    private void Announce()
    {
        terminal.Line($"Logs: {data.Logs}");
        foreach (var (id, reason) in _table.Failures)
        {
            terminal.Line($"{id} could not be started: {reason}");
        }

        if (_table.UrlOf(Dashboard) is { } url)
        {
            // "dotnet watch" and people look for exactly these words.
            terminal.Line($"Login to the dashboard at {url}");
        }

        terminal.Line("Distributed application started. Press Ctrl+C to shut down.");
    }

    /// <summary>Lines typed at the terminal: <c>start</c>, <c>stop</c> or <c>restart</c> and a resource.</summary>
    private async Task ReadCommandsAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested && Console.ReadLine() is { } line)
        {
            if (line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var command, var resource])
            {
                var result = await commands.ExecuteCommandAsync(resource, command, cancellationToken).ConfigureAwait(false);
                if (!result.Success)
                {
                    terminal.Line(result.Message ?? "That did not work.");
                }
            }
            else if (line.Length > 0)
            {
                terminal.Line("Commands: start <resource>, stop <resource>, restart <resource>.");
            }
        }
    }
}
