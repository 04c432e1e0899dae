using System.Text;
using CryptoAspire.Market;
using CryptoAspire.Producer.History.Import;
using CryptoAspire.Producer.History.Import.Files;
using CryptoAspire.Producer.History.Import.Shapes;
using CryptoAspire.Storage.History;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.Producer.Tests.History;

public sealed class HistoryLawTests
{
    private static readonly string[] Seeds =
    [
        "https://www.CryptoDataDownload.com\nUnix,Date,Symbol,Open,High,Low,Close,Volume ADA,Volume USDT,tradecount\n1774828800000,2026-03-30,ADAUSDT,0.2398,0.2529,0.2394,0.2434,1.3,2.5,117\n",
        "SNo,Name,Symbol,Date,High,Low,Open,Close,Volume,Marketcap\n1,Solana,SOL,2020-04-11 23:59:59,1.05,0.76,0.95,0.77,43862443.79,0.0\n",
        "Timestamp,Open,High,Low,Close,Volume_(BTC),Volume_(Currency),Weighted_Price\n1325317920,4.39,4.39,4.39,4.39,0.45558087,2.0000000193,4.39\n",
        "1637971200000,0.00002853,0.00002854,0.00002851,0.00002854,36304.2,1637971259999,1.03547608,79,19523,0.55694227,0\n",
        "0,611.78,611.91,611.78,611.9,1.13872\n60000,611.87,611.88,611.87,611.88,0.56799\n",
        "[[1570752000000,0.00141342,0.00141557,0.00141266,0.00141418,1482.0],[1570752060000,0.00141597,0.00141658,0.00141597,0.00141658,522.0]]",
        "[{\"info\":{\"f\":1,\"l\":2},\"timestamp\":1570752011620,\"symbol\":\"XRP/ETH\",\"side\":\"sell\",\"price\":0.00141342,\"amount\":23.0}]",
    ];

    [Fact]
    public void Whatever_is_in_a_file_it_is_read_or_refused_with_one_line()
    {
        var mutated = from seed in Gen.Choose(0, Seeds.Length - 1)
                      from place in Gen.Choose(0, Seeds[seed].Length)
                      from bytes in Gen.ListOf(Gen.Choose(0, 255))
                      from cut in Gen.Choose(0, 6)
                      select (byte[])[.. Encoding.UTF8.GetBytes(Seeds[seed][..place]), .. bytes.Select(b => (byte)b), .. Encoding.UTF8.GetBytes(Seeds[seed][Math.Min(Seeds[seed].Length, place + cut)..])];
        Prop.ForAll(mutated.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(1_000));
    }

    [Fact]
    public void The_order_of_rows_does_not_change_the_minutes()
    {
        var bars = from values in Gen.NonEmptyListOf(Gen.Choose(1, 1_000))
                   from seed in Gen.Choose(0, int.MaxValue - 1)
                   select (Bars: values.Select((v, i) => new HistoryBar(1_570_752_000_000_000 + i * 7_000_000L, v, v + 1, v - 0.5m, v + 0.5m, v, v * 2, 1, 1)).ToList(), seed);
        Prop.ForAll(bars.ToArbitrary(), given =>
        {
            var shuffled = given.Bars.ToArray();
            new Random(given.seed).Shuffle(shuffled);
            return Folded(given.Bars).SequenceEqual(Folded(shuffled)) && Folded(given.Bars).Sum(b => b.Volume) == given.Bars.Sum(b => b.Volume);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200));
    }

    [Theory]
    [InlineData("1570752000", 1_570_752_000_000_000)]
    [InlineData("1570752000.00", 1_570_752_000_000_000)]
    [InlineData("1570752000000", 1_570_752_000_000_000)]
    [InlineData("1570752000000001", 1_570_752_000_000_001)]
    [InlineData("1570752000000001999", 1_570_752_000_000_001)]
    [InlineData("157075200", null)]
    [InlineData("15707520000", null)]
    [InlineData("1570752000.5", null)]
    [InlineData("-157075200", null)]
    [InlineData("0570752000", null)]
    public void The_unit_of_a_time_is_told_by_its_digits(string text, long? us) =>
        Assert.Equal((us is not null, us ?? 0), (HistoryTime.TryUnix(Encoding.UTF8.GetBytes(text), out var read), us is null ? 0 : read));

    [Theory]
    [InlineData("2019-10-17", "2019-10-17T00:00:00Z")]
    [InlineData("2019-10-17 12-AM", "2019-10-17T00:00:00Z")]
    [InlineData("2019-10-17 01-AM", "2019-10-17T01:00:00Z")]
    [InlineData("2019-10-17 12-PM", "2019-10-17T12:00:00Z")]
    [InlineData("2019-10-17 11-PM", "2019-10-17T23:00:00Z")]
    [InlineData("2020-02-29 23:59:59", "2020-02-29T23:59:59Z")]
    [InlineData("2020-02-29T23:59:59+00:00", "2020-02-29T23:59:59Z")]
    [InlineData("2019-02-29", null)]
    [InlineData("2019-10-17 00-AM", null)]
    [InlineData("2019-10-17 13-PM", null)]
    [InlineData("29-04-13 23:59", null)]
    [InlineData("2019-10-17 24:00:00", null)]
    [InlineData("2019-10-17 5:00:00", null)]
    [InlineData("17/10/2019", null)]
    public void A_date_is_read_exactly_or_not_at_all(string text, string? time)
    {
        Assert.Equal(time is not null, HistoryTime.TryDate(Encoding.UTF8.GetBytes(text), out var us));
        if (time is not null) Assert.Equal(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture), UnixMicroseconds.ToTime(us));
    }

    private static bool Holds(byte[] content)
    {
        using var stream = new ContentStream(new MemoryStream(content), 1 << 20);
        var file = new HistoryContent("/x/20161007_btcusd.csv", "", stream, content.Length, () => 0);
        try
        {
            foreach (var shape in HistoryShapes.All)
            {
                if (shape.Recognise(file) is not { } layout) continue;
                for (var rows = layout.Open(stream, false); rows.Next(out var row);)
                    if (row is { Bar: not null, Rejection: not null }) return false;
                return true;
            }
        }
        catch (ImportException e)
        {
            return !e.Message.Contains('\n');
        }
        return true;
    }

    private static List<HistoryBar> Folded(IEnumerable<HistoryBar> bars)
    {
        var fold = new MinuteFold(new ListRows([.. bars]), _ => null);
        var minutes = new List<HistoryBar>();
        while (fold.Next(out var row)) minutes.Add(row.Bar!.Value);
        return minutes;
    }

    private sealed class ListRows(List<HistoryBar> bars) : IHistoryRows
    {
        private int next;

        public bool Next(out HistoryRow row)
        {
            row = next < bars.Count ? new HistoryRow(next + 1, bars[next]) : default;
            return next++ < bars.Count;
        }
    }
}
