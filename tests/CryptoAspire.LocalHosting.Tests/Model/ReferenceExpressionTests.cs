using CryptoAspire.LocalHosting.Running;
using FsCheck;
using FsCheck.Fluent;

namespace CryptoAspire.LocalHosting.Tests.Model;

public class ReferenceExpressionTests
{
    [Fact]
    public async Task Interpolated_values_are_kept_as_values_not_as_text()
    {
        var builder = DistributedApplicationTestingBuilder.Create();
        var secret = builder.AddParameter("secret", "a b", secret: true);
        var program = builder.AddExecutable("program", "sh", ".").WithEnvironment("URL", $"http://u:{secret.Resource:uri}@host/{{x}}");

        var variables = await ResourceEnvironment.VariablesAsync(program.Resource, new(0, "program"), builder.ExecutionContext, default);
        Assert.Equal("http://u:a%20b@host/{x}", variables["URL"]);

        var expression = ReferenceExpression.Create($"http://u:{secret.Resource:uri}@host/{{x}}");
        Assert.Equal("http://u:{secret-uri-encoded.value}@host/{x}", expression.ValueExpression);
    }

    [Fact]
    public void Fixed_text_survives_whatever_braces_it_holds() =>
        Prop.ForAll(ArbMap.Default.ArbFor<NonNull<string>>(), text =>
        {
            var expression = ReferenceExpression.Create($"{text.Get}");
            return expression.ValueExpression == text.Get && expression.GetValueAsync().AsTask().GetAwaiter().GetResult() == text.Get;
        }).QuickCheckThrowOnFailure();

    [Fact]
    public void Unknown_format_is_refused() =>
        Assert.Throws<FormatException>(() => ReferenceExpression.Create($"{"text":base64}"));
}
