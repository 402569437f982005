using System.Text;
using Fairground.Payments.PayByStripe;
using Xunit;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>Stripe's signature against the vector that Stripe publishes with its own library (stripe-dotnet, EventUtilityTest, Apache-2.0).</summary>
public sealed class StripeSignatureTests
{
    private const string Secret = "webhook_secret";
    private const string Signed = "2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7";
    private const string Old = "63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef";
    private static readonly DateTimeOffset At = DateTimeOffset.FromUnixTimeSeconds(1_533_204_620);

    private static readonly byte[] Body = Encoding.UTF8.GetBytes("{\n  \"id\": \"evt_123\",\n  \"object\": \"event\",\n  \"account\": \"acct_123\",\n  \"api_version\": \"2017-05-25\",\n  \"created\": 1533204620,\n  \"data\": {\n    \"object\": {\n      \"id\": \"cus_123\",\n      \"object\": \"customer\",\n      \"created\": 123456789,\n      \"email\": \"test@stripe.com\",\n      \"livemode\": false,\n      \"metadata\": {}\n    }\n  },\n  \"livemode\": false,\n  \"pending_webhooks\": 1,\n  \"request\": {\n    \"id\": \"req_123\",\n    \"idempotency_key\": \"idempotency-key-123\"\n  },\n  \"type\": \"customer.created\"\n}\n");

    [Fact]
    public void The_published_vector_holds_also_among_other_signatures_and_secrets()
    {
        Assert.True(StripeSignature.Holds($"t=1533204620,v1={Signed},v0={Old}", Body, [Secret], At));
        Assert.True(StripeSignature.Holds($"t=1533204620,v1={new string('0', 64)},v1={Signed}", Body, ["new secret", Secret], At));
        Assert.False(StripeSignature.Holds($"t=1533204620,v1={Signed}", Body, ["another"], At));
        Assert.False(StripeSignature.Holds($"t=1533204621,v1={Signed}", Body, [Secret], At));
        Assert.False(StripeSignature.Holds($"t=1533204620,v1={Signed}", [.. Body, (byte)' '], [Secret], At));
        Assert.False(StripeSignature.Holds($"t=1533204620,v0={Signed}", Body, [Secret], At));
    }

    [Fact]
    public void A_notice_of_more_than_five_minutes_ago_or_ahead_is_nobody_s()
    {
        foreach (var seconds in new[] { -300, 300 }) Assert.True(StripeSignature.Holds($"t=1533204620,v1={Signed}", Body, [Secret], At.AddSeconds(seconds)));
        foreach (var seconds in new[] { -301, 301, 360, 273_600 }) Assert.False(StripeSignature.Holds($"t=1533204620,v1={Signed}", Body, [Secret], At.AddSeconds(seconds)));
    }

    [Theory]
    [InlineData("t=,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7,v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef")]
    [InlineData("t,v1=,v0=")]
    [InlineData("t,v1=,v0")]
    [InlineData("t,v1=,")]
    [InlineData("t=1234,v1=invalidsignature")]
    [InlineData("")]
    [InlineData("t=99999999999999999999,v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7")]
    public void A_header_that_is_not_whole_is_nobody_s(string header) => Assert.False(StripeSignature.Holds(header, Body, [Secret], At));
}
