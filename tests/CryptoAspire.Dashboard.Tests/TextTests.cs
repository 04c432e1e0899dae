using CryptoAspire.Dashboard.Components;

namespace CryptoAspire.Dashboard.Tests;

public sealed class TextTests
{
    [Theory]
    [InlineData("65083.674", "65,083.67")]
    [InlineData("152.3", "152.3000")]
    [InlineData("0.4512", "0.45120")]
    [InlineData("0.00001234", "0.00001234")]
    public void A_price_is_shown_with_the_digits_of_its_size(string price, string text) => Assert.Equal(text, Text.Price(decimal.Parse(price)));

    [Theory]
    [InlineData("0", "0")]
    [InlineData("0.0103436", "0.010344")]
    [InlineData("12.345", "12.35")]
    [InlineData("1234567", "1.23M")]
    [InlineData("2500000000", "2.50B")]
    public void A_quantity_is_short(string quantity, string text) => Assert.Equal(text, Text.Quantity(decimal.Parse(quantity)));

    [Theory]
    [InlineData(-5, "now")]
    [InlineData(1999, "now")]
    [InlineData(59_999, "59 s")]
    [InlineData(3_599_000, "59 min")]
    [InlineData(90_000_000, "1 d")]
    public void An_age_is_in_its_largest_unit(long milliseconds, string text) => Assert.Equal(text, Text.Age(milliseconds));

    [Fact]
    public void A_percentage_has_its_sign() => Assert.Equal(("+1.50 %", "−0.25 %", "0.00 %", "–"), (Text.Percent(1.5m), Text.Percent(-0.25m), Text.Percent(0), Text.Percent(null)));
}
