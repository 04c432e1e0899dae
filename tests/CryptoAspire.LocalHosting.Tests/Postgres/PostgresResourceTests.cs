using Npgsql;

namespace CryptoAspire.LocalHosting.Tests.Postgres;

/// <summary>The machine's real PostgreSQL, with a cluster of its own.</summary>
public class PostgresResourceTests
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Cluster_is_made_with_a_password_and_kept_for_the_next_start_even_after_kill_of_the_server()
    {
        using var data = new TemporaryDirectory("postgres");
        await using (var app = await StartAsync(data))
        {
            await ExecuteAsync(app, "create table kept (n int); insert into kept values (42)");
            Assert.Equal("127.0.0.1/32", await ExecuteAsync(app, "select string_agg(distinct host(inet_server_addr()) || '/32', ',')"));
            Assert.Equal(("on", "on", "scram-sha-256"), (await ExecuteAsync(app, "show synchronous_commit"), await ExecuteAsync(app, "show fsync"), await ExecuteAsync(app, "show password_encryption")));
            var wrong = new NpgsqlConnectionStringBuilder(await app.GetConnectionStringAsync("crypto")) { Password = "wrong", Pooling = false };
            await using var connection = new NpgsqlConnection(wrong.ConnectionString);
            Assert.Equal(PostgresErrorCodes.InvalidPassword, (await Assert.ThrowsAsync<PostgresException>(() => connection.OpenAsync())).SqlState);

            // The server dies: it is started again on its own, with the data.
            Assert.True(app.ResourceNotifications.TryGetCurrentState("postgres", out var before));
            ChildProcess.Send(before!.Snapshot.ProcessId!.Value, ProcessSignal.Kill);
            await app.ResourceNotifications.WaitForResourceAsync("postgres", e => e.Snapshot is { Restarts: > 0, IsReady: true }).WaitAsync(s_patience);
            await app.ResourceNotifications.WaitForResourceHealthyAsync("crypto").WaitAsync(s_patience);
            Assert.Equal(42, await ExecuteAsync(app, "select n from kept"));
        }

        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(data["secrets.json"]));
        await using (var app = await StartAsync(data))
        {
            Assert.Equal(42, await ExecuteAsync(app, "select n from kept"));
        }

        // The generated password is lost: the cluster takes the new one.
        File.Delete(data["secrets.json"]);
        await using (var app = await StartAsync(data))
        {
            Assert.Equal(42, await ExecuteAsync(app, "select n from kept"));
        }
    }

    [Fact]
    public async Task Server_that_was_left_running_is_ended_and_the_cluster_taken_over()
    {
        using var data = new TemporaryDirectory("postgres");
        string[] left;
        await using (var app = await StartAsync(data))
        {
            await ExecuteAsync(app, "create table kept as select 42 as n");
            Assert.True(app.ResourceNotifications.TryGetCurrentState("postgres", out var change));
            left = (await File.ReadAllTextAsync($"/proc/{change!.Snapshot.ProcessId}/cmdline")).Split('\0', StringSplitOptions.RemoveEmptyEntries);
        }

        // As an AppHost does that was killed where no parent-death signal exists.
        var port = FreePort.Next();
        await using var orphan = ChildProcess.Start(left[0], [.. left[1..], "-c", $"port={port}"], asUser: OwnerOf(data["postgres"]));
        await orphan.Output.WaitForLineAsync(l => l.Contains("ready to accept", StringComparison.Ordinal), 0, default).WaitAsync(s_patience);
        await using (var app = await StartAsync(data))
        {
            Assert.True(orphan.HasExited);
            Assert.Equal(42, await ExecuteAsync(app, "select n from kept"));
        }
    }

    [Fact]
    public async Task Stale_pid_file_that_names_another_process_does_not_stop_the_start()
    {
        using var data = new TemporaryDirectory("postgres");
        await (await StartAsync(data)).DisposeAsync();
        var owner = OwnerOf(data["postgres"]);
        await using var other = ChildProcess.Start("sleep", ["1000"], asUser: owner);
        await File.WriteAllTextAsync(Path.Combine(data["postgres"], "cluster", "postmaster.pid"), $"{other.Id}\n");
        await using var app = await StartAsync(data);
        Assert.False(other.HasExited);
    }

    [Fact]
    public async Task Missing_PostgreSQL_is_one_line_with_the_command()
    {
        using var nowhere = new TemporaryDirectory("bin");
        var builder = DistributedApplicationTestingBuilder.Create($"--Postgres:BinDirectory={nowhere.Path}");
        builder.AddPostgres("postgres").AddDatabase("crypto");
        await using var app = await Running.ProcessLifeTests.StartAsync(builder);
        var change = await app.ResourceNotifications.WaitForResourceAsync("postgres", e => e.Snapshot.State?.Text == "FailedToStart").WaitAsync(s_patience);
        Assert.Equal($"PostgreSQL 14 or newer was not found in {nowhere.Path}. Remedy: sudo apt-get install -y postgresql", change.Snapshot.Reason);
    }

    [Fact]
    public async Task Data_directory_that_the_servers_account_cannot_reach_gets_its_cluster_outside()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return; // only root must give its rights away
        }

        using var closed = new TemporaryDirectory("closed");
        File.SetUnixFileMode(closed.Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        var data = closed["repository/.data"];
        string outside;
        await using (var app = await StartAsync(data))
        {
            await ExecuteAsync(app, "create table kept as select 42 as n");
            outside = new DirectoryInfo(Path.Combine(data, "postgres")).LinkTarget!;
            Assert.True(Directory.Exists(Path.Combine(outside, "cluster")));
        }

        await using (var app = await StartAsync(data))
        {
            Assert.Equal(42, await ExecuteAsync(app, "select n from kept"));
        }

        // Who deletes the data directory begins anew, and what was outside goes too.
        Directory.Delete(data, recursive: true);
        await using (var app = await StartAsync(data))
        {
            Assert.False(Directory.Exists(outside));
            outside = new DirectoryInfo(Path.Combine(data, "postgres")).LinkTarget!;
        }

        Directory.Delete(outside, recursive: true);
    }

    private static Task<DistributedApplication> StartAsync(TemporaryDirectory data) => StartAsync(data["."]);

    private static async Task<DistributedApplication> StartAsync(string data)
    {
        var builder = DistributedApplicationTestingBuilder.Create($"--DataDirectory={data}");
        builder.AddPostgres("postgres").WithDataVolume().AddDatabase("crypto");
        var app = await Running.ProcessLifeTests.StartAsync(builder);
        await app.ResourceNotifications.WaitForResourceHealthyAsync("crypto").WaitAsync(s_patience);
        return app;
    }

    private static async Task<object?> ExecuteAsync(DistributedApplication app, string sql)
    {
        await using var connection = new NpgsqlConnection($"{await app.GetConnectionStringAsync("crypto")};Pooling=false");
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync();
    }

    private static string? OwnerOf(string folder)
    {
        if (!Environment.IsPrivilegedProcess)
        {
            return null;
        }

        var (_, owner) = ChildProcess.RunAsync("stat", ["-c", "%U", folder], TimeSpan.FromSeconds(5)).GetAwaiter().GetResult();
        return owner.Trim();
    }
}
