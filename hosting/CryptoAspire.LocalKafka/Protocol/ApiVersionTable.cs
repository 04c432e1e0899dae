namespace CryptoAspire.LocalKafka.Protocol;

/// <summary>
/// What the broker advertises and serves, nothing more. The minima count as much as the maxima: librdkafka before 2.11.1 stores
/// uncompressed without Produce 0 in range and never joins a group without FindCoordinator 0 (rdkafka_feature.c, KAFKA-18659).
/// </summary>
public static class ApiVersionTable
{
    private const short Never = short.MaxValue;

    private static readonly ApiVersionRange[] s_rows =
    [
        new(ApiKey.Produce, 0, 8, 9),
        new(ApiKey.Fetch, 0, 11, 12),
        new(ApiKey.ListOffsets, 0, 5, 6),
        new(ApiKey.Metadata, 0, 8, 9),
        new(ApiKey.OffsetCommit, 0, 7, 8),
        new(ApiKey.OffsetFetch, 0, 7, 6),
        new(ApiKey.FindCoordinator, 0, 2, 3),
        new(ApiKey.JoinGroup, 0, 5, 6),
        new(ApiKey.Heartbeat, 0, 3, 4),
        new(ApiKey.LeaveGroup, 0, 3, 4),
        new(ApiKey.SyncGroup, 0, 3, 4),
        new(ApiKey.DescribeGroups, 0, 4, 5),
        new(ApiKey.ListGroups, 0, 4, 3),
        new(ApiKey.ApiVersions, 0, 3, 3),
        new(ApiKey.CreateTopics, 0, 4, 5),
        new(ApiKey.DeleteTopics, 0, 3, 4),
        new(ApiKey.DeleteRecords, 0, 1, 2),
        new(ApiKey.InitProducerId, 0, 4, 2),
        new(ApiKey.OffsetForLeaderEpoch, 0, 2, 4),
        new(ApiKey.AddPartitionsToTxn, 0, 2, 3),
        new(ApiKey.AddOffsetsToTxn, 0, 2, 3),
        new(ApiKey.EndTxn, 0, 2, 3),
        new(ApiKey.TxnOffsetCommit, 0, 3, 3),
        new(ApiKey.DescribeConfigs, 0, 3, 4),
        new(ApiKey.AlterConfigs, 0, 1, 2),
        new(ApiKey.CreatePartitions, 0, 1, 2),
        new(ApiKey.DeleteGroups, 0, 1, 2),
        new(ApiKey.IncrementalAlterConfigs, 0, 0, 1),
        new(ApiKey.OffsetDelete, 0, 0, Never),
    ];

    private static readonly ApiVersionRange?[] s_byKey = IndexByKey();

    /// <summary>Every served API in ascending order of its key.</summary>
    public static IReadOnlyList<ApiVersionRange> All => s_rows;

    /// <summary>Finds the row of an API; false for a key that is not served, whatever number it is.</summary>
    public static bool TryGet(ApiKey key, out ApiVersionRange range)
    {
        var found = (uint)key < (uint)s_byKey.Length ? s_byKey[(int)key] : null;
        range = found.GetValueOrDefault();
        return found.HasValue;
    }

    /// <summary>Whether this broker serves that version of that API.</summary>
    public static bool Supports(ApiKey key, short version) => TryGet(key, out var range) && range.Contains(version);

    /// <summary>Whether that version has compact lengths and tagged fields; false for a key that is not served.</summary>
    public static bool IsFlexible(ApiKey key, short version) => TryGet(key, out var range) && range.IsFlexible(version);

    private static ApiVersionRange?[] IndexByKey()
    {
        var byKey = new ApiVersionRange?[(int)s_rows[^1].Key + 1];
        foreach (var row in s_rows) byKey[(int)row.Key] = row;
        return byKey;
    }
}
