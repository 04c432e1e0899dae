using System.Text;
using CryptoAspire.ServiceDefaults.Metrics;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.ServiceDefaults.Tests.Metrics;

public sealed class MetricFamilyTests
{
    [Fact]
    public void Same_labels_in_another_order_are_one_series()
    {
        var family = new MetricFamily("orders_total", "Orders.", MetricKind.Counter, observed: false, []);
        family.Add(1, [new("a", 1), new("b", "x")]);
        family.Add(2, [new("b", "x"), new("a", 1)]);
        family.Add(4, [new("b", "x"), new("a", 1)]);

        Assert.Equal("# HELP orders_total Orders.\n# TYPE orders_total counter\norders_total{a=\"1\",b=\"x\"} 7\n", Text(family));
    }

    [Fact]
    public void Label_values_are_escaped()
    {
        var family = new MetricFamily("g", null, MetricKind.Gauge, observed: false, []);
        family.Set(double.PositiveInfinity, [new("path.name", "C:\\\"x\"\ny"), new("flag", true), new("nothing", null)]);

        Assert.Equal("# TYPE g gauge\ng{flag=\"true\",nothing=\"\",path_name=\"C:\\\\\\\"x\\\"\\ny\"} +Inf\n", Text(family));
    }

    [Fact]
    public void Label_sets_beyond_the_limit_share_one_overflow_series()
    {
        var family = new MetricFamily("requests_total", null, MetricKind.Counter, observed: false, []);
        for (int i = 0; i < MetricFamily.MaxSeries + 500; i++) family.Add(1, [new("user", i)]);
        family.Add(1, [new("user", 3)]);

        string[] samples = [.. Text(family).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line[0] != '#')];
        Assert.Equal(MetricFamily.MaxSeries + 1, samples.Length);
        Assert.Contains("requests_total{otel_metric_overflow=\"true\"} 500", samples);
        Assert.Contains("requests_total{user=\"3\"} 2", samples);
    }

    [Fact]
    public void What_an_observable_no_longer_reports_is_gone()
    {
        var family = new MetricFamily("lag", null, MetricKind.Gauge, observed: true, []);
        family.Set(5, [new("partition", 0)]);
        family.BeginObservation();
        family.Set(6, [new("partition", 1)]);

        Assert.Equal("# TYPE lag gauge\nlag{partition=\"1\"} 6\n", Text(family));
    }

    /// <summary>Law: each bucket counts the values at or below its bound, the last all of them, the sum adds them up.</summary>
    [Fact]
    public void Histogram_buckets_are_cumulative() =>
        Prop.ForAll<int[]>(values =>
        {
            double[] bounds = [-10, 0, 1, 7.5, 100];
            var family = new MetricFamily("h", null, MetricKind.Histogram, observed: false, bounds);
            foreach (int value in values) family.Record(value, [new("k", "v")]);
            string[] lines = Text(family).Split('\n');
            var expected = bounds.Select(bound => FormattableString.Invariant($"h_bucket{{k=\"v\",le=\"{bound}\"}} {values.Count(value => value <= bound)}"))
                .Append($"h_bucket{{k=\"v\",le=\"+Inf\"}} {values.Length}").Append($"h_sum{{k=\"v\"}} {values.Sum(value => (double)value):R}").Append($"h_count{{k=\"v\"}} {values.Length}");
            return values.Length == 0 ? lines is [""] : expected.SequenceEqual(lines.Skip(1).SkipLast(1));
        }).QuickCheckThrowOnFailure();

    private static string Text(MetricFamily family)
    {
        var text = new StringBuilder();
        family.WriteTo(text);
        return text.ToString();
    }
}
