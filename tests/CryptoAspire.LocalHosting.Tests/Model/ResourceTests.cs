using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalHosting.Tests.Model;

public class ResourceTests
{
    [Theory]
    [InlineData("1api")]
    [InlineData("api-")]
    [InlineData("a--b")]
    [InlineData("a_b")]
    [InlineData("")]
    [InlineData("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa")]
    public void Bad_names_are_refused(string name) =>
        Assert.ThrowsAny<ArgumentException>(() => DistributedApplicationTestingBuilder.Create().AddExecutable(name, "sh", "."));

    [Fact]
    public void Names_are_unique_without_regard_to_case()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        builder.AddKafka("kafka");
        var error = Assert.Throws<DistributedApplicationException>(() => builder.AddPostgres("Kafka"));
        Assert.Contains("'Kafka'", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_resource_cannot_wait_for_itself()
    {
        var program = DistributedApplicationTestingBuilder.Create().AddExecutable("program", "sh", ".");
        Assert.Throws<DistributedApplicationException>(() => program.WaitFor(program));
    }

    [Fact]
    public void Generated_passwords_keep_their_promises_and_need_no_quotes_in_a_connection_string() =>
        Prop.ForAll(Gen.Choose(0, 5).Four().ToArbitrary(), minima =>
        {
            var (lower, upper, numeric, special) = minima;
            var value = new GenerateParameterDefault { MinLength = 22, MinLower = lower, MinUpper = upper, MinNumeric = numeric, MinSpecial = special }.GetDefaultValue();
            return value.Length == 22 && value.Count(char.IsAsciiLetterLower) >= lower && value.Count(char.IsAsciiLetterUpper) >= upper
                && value.Count(char.IsAsciiDigit) >= numeric && value.Count(c => !char.IsAsciiLetterOrDigit(c)) >= special && !value.Any(c => ";='\" \\".Contains(c));
        }).QuickCheckThrowOnFailure();

    [Fact]
    public async Task Parameter_takes_its_value_from_the_configuration_then_from_its_default_then_says_what_is_missing()
    {
        var builder = DistributedApplicationTestingBuilder.Create("--Parameters:given=set");
        Assert.Equal("set", await builder.AddParameter("given", "default").Resource.GetValueAsync());
        Assert.Equal("default", await builder.AddParameter("other", "default").Resource.GetValueAsync());
        var missing = builder.AddParameter("missing").Resource;
        var error = await Assert.ThrowsAsync<MissingParameterValueException>(async () => await missing.GetValueAsync());
        Assert.Contains("'Parameters:missing'", error.Message, StringComparison.Ordinal);
    }
}
