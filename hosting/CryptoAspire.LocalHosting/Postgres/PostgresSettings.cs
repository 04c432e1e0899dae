using System.Globalization;

namespace CryptoAspire.LocalHosting.Postgres;

/// <summary>
/// How the server is tuned: one machine shared with the services, bulk COPY and upserts all the time, small reads, no
/// acknowledged transaction lost (DESIGN §7).
/// </summary>
internal static class PostgresSettings
{
    private const long EnoughSharedMemory = 512L << 20;

    public static IEnumerable<string> Arguments(int port) =>
        ["-c", $"port={port.ToString(CultureInfo.InvariantCulture)}", .. Tuning().SelectMany(static setting => new[] { "-c", $"{setting.Name}={setting.Value}" })];

    /// <summary>Every setting but the port; the benchmarks give their server the same.</summary>
    public static IReadOnlyList<(string Name, string Value)> Tuning()
    {
        var memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 20;
        return
        [
            ("listen_addresses", "localhost"),
            ("unix_socket_directories", ""), // clients use TCP with a password; a socket folder would need rights of its own
            ("max_connections", "100"),
            ("timezone", "UTC"),
            ("log_timezone", "UTC"),

            // Each COPY fills buffers that were never touched before as long as there are any, and the kernel must clear each for it: with
            // 512 MB a tick cost a tenth more. What is read again is in the kernel's cache.
            ("shared_buffers", "128MB"),
            ("effective_cache_size", $"{Math.Max(memory / 2, 512)}MB"),
            ("work_mem", "16MB"),
            ("maintenance_work_mem", "128MB"),
            ("huge_pages", "off"),
            ("dynamic_shared_memory_type", SharedMemoryIsSmall() ? "mmap" : "posix"),

            // Commits are durable. The write-ahead log is compressed and checkpoints are rare and spread, so that they do not
            // show as spikes in the commit latency.
            ("fsync", "on"),
            ("synchronous_commit", "on"),
            ("wal_level", "minimal"),
            ("max_wal_senders", "0"),
            ("wal_compression", "on"),
            ("wal_buffers", "16MB"),
            ("min_wal_size", "512MB"),
            ("max_wal_size", "4GB"),
            ("checkpoint_timeout", "15min"),
            ("checkpoint_completion_target", "0.9"),

            ("random_page_cost", "1.1"),
            ("effective_io_concurrency", "100"),
            ("jit", "off"), // short queries: compiling them costs more than it saves
            ("max_parallel_workers_per_gather", "1"),

            // Hot upsert tables (candle, feed_progress) bloat quickly; the large ones only grow.
            ("autovacuum_naptime", "15s"),
            ("autovacuum_vacuum_scale_factor", "0.05"),
            ("autovacuum_analyze_scale_factor", "0.05"),
            ("autovacuum_vacuum_cost_limit", "1000"),

            ("log_min_messages", "log"), // what goes wrong with a statement is told to, and logged by, the client that sent it
            ("log_checkpoints", "off"),
            ("log_line_prefix", "%m [%p] "),
        ];
    }

    // Some containers have 64 MB of /dev/shm; a parallel query that does not fit there fails.
    private static bool SharedMemoryIsSmall()
    {
        try
        {
            return new DriveInfo("/dev/shm").AvailableFreeSpace < EnoughSharedMemory;
        }
        catch (IOException)
        {
            return true;
        }
    }
}
