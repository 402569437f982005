using System.Net;
using Fairground.Kernel;
using Fairground.Kernel.Storage;
using Fairground.Payments.PayByEpay;
using Fairground.Payments.Tests.Payouts;
using Fairground.Payments.TopUpByItself;
using Fairground.Sandbox;
using Fairground.Testing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Xunit;
using static Fairground.Payments.Tests.Gateways.TopUpSteps;

namespace Fairground.Payments.Tests.Gateways;

/// <summary>ePay knows no keys of requests: a kept card is charged once for each number of ours, whatever is lost, unclear, forgotten here or asked by two at once.</summary>
public sealed class EpayCardTests
{
    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    public static TheoryData<DatabaseKind> Engines => TestDatabase.Engines;

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task What_was_charged_is_found_by_its_number_before_it_is_charged_again(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "epay");
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        // As a copy of the data from a moment before would have it: nothing here knows that the bank was asked.
        var payments = till.Host.Services.GetServices<IPaymentGateway>().OfType<EpayGateway>().Single();
        var (asked, token) = await Asked(wallet);
        var again = await payments.Charge(asked, token, () => Task.FromResult<Result<bool>>(true), Ct);
        Assert.Equal(new ChargeAnswer(asked.Reference, null), again.Value);
        Assert.Single(till.Sandbox.Till.Plays);
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Equal(PlayState.Paid, Assert.Single(till.Sandbox.Till.Plays).State);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task A_charge_that_never_arrived_is_not_made_again_and_is_told_after_a_day(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "epay");
        var (till, buyer) = wallet;
        till.Sandbox.Faults.LoseCall("charge");
        await Runs(till);
        foreach (var minutes in new[] { 1, 5, 200, 1_300 })
        {
            till.Host.Clock.Advance(TimeSpan.FromMinutes(minutes));
            await till.WorkerRuns();
        }
        Assert.Empty(till.Sandbox.Till.Plays);
        await wallet.IsTurnedOff();
        await Runs(till);
        Assert.Contains("did not answer for a day", Assert.Single(wallet.Told("payments.auto_top_up_failed")).Text, StringComparison.Ordinal);
        Assert.Empty(till.Sandbox.Till.Plays);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task Where_the_bank_could_not_reach_the_card_system_its_own_books_say_what_became_of_it(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "epay");
        var (till, buyer) = wallet;
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Faults.Unclear = true;
        await Runs(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Equal(PlayState.Paid, Assert.Single(till.Sandbox.Till.Plays).State);
        await till.Host.AuditHolds();
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task The_word_to_take_what_was_set_aside_may_be_lost(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "epay");
        var (till, buyer) = wallet;
        till.Sandbox.Faults.HoldNotices = true;
        till.Sandbox.Faults.LoseAnswer("capture");
        await Runs(till);
        await IsAskedAgain(till);
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Single(till.Sandbox.Till.Plays);
    }

    [Theory, MemberData(nameof(Engines))]
    public async Task Of_two_that_charge_the_same_payment_at_once_one_asks_the_bank(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "epay");
        var (till, buyer) = wallet;
        till.Sandbox.Faults.HoldNotices = true;
        // The bank holds nothing yet, as the one hears; before the one goes on the other has heard the same and charges.
        var held = till.Sandbox.Faults.HoldAnswer("read");
        var runs = Runs(till);
        var letGo = await held;
        till.Host.Clock.Advance(TimeSpan.FromMinutes(2));
        await till.WorkerRuns();
        letGo();
        await runs;
        await Runs(till);
        Assert.Equal((1_000, 0), await till.Wallet(buyer));
        Assert.Single(till.Sandbox.Till.Plays);
        await till.Host.AuditHolds();
    }

    [Fact]
    public async Task A_charge_that_is_declined_says_in_the_bank_s_words_why()
    {
        await using var till = await TillHost.Start(DatabaseKind.Sqlite, "epay");
        using var buyer = new Buyer(till.Host);
        Assert.Equal("Insufficient funds", await Reason(TillHost.DeclinedCard, "100900001"));
        Assert.Equal("3d_secure", await Reason(TillHost.AskedCard, "100900002"));
        // Forgotten at the bank, on another's account, and a name that is none of ours.
        Assert.Equal("card not found", await Reason(TillHost.GoodCard, "100900003", forget: true));
        Assert.Equal("card not found", await Reason(TillHost.GoodCard, "100900004", token => $"nobody {token.Split(' ')[1]}"));
        Assert.Equal("method_gone", await Reason(TillHost.GoodCard, "100900005", _ => "pm_of_another_company"));
        Assert.Equal(2, till.Sandbox.Till.Plays.Count);

        async Task<string?> Reason(string card, string number, Func<string, string>? change = null, bool forget = false)
        {
            var method = (await Keeps(till, buyer, card)).GetProperty("methodId").GetGuid();
            var token = await TokenOf(till, method);
            var gateway = till.Host.Services.GetServices<IPaymentGateway>().OfType<EpayGateway>().Single();
            if (forget) Assert.True((await gateway.Forget(token, Ct)).Value);
            var payment = new GatewayPayment(Guid.CreateVersion7(), new Money(1_000, Currency.Of("KZT")), till.Host.Clock.GetUtcNow(), NoticeUrl: new Uri(till.Host.Address, "/api/v1/gateways/epay/notices").ToString(), Reference: number);
            var answer = await gateway.Charge(payment, change?.Invoke(token) ?? token, () => Task.FromResult<Result<bool>>(true), Ct);
            Assert.Equal(number, answer.Value.Reference);
            return answer.Value.Reason;
        }
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task A_card_is_kept_by_the_bank_s_own_list_and_not_by_what_a_notice_says(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "epay");
        using var buyer = new Buyer(till.Host);
        using var other = new Buyer(till.Host);
        var begun = await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = "epay" });
        var (id, page) = (begun.Body.GetProperty("methodId").GetGuid(), begun.Body.GetProperty("pageUrl").GetString()!);
        Assert.Equal($"/pay/epay/cards/{id}", page);
        // Nobody else's page, and no way to pay by hand what is none.
        Assert.Equal(HttpStatusCode.NotFound, (await other.Http.GetAsync(new Uri(page, UriKind.Relative), Ct)).StatusCode);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Http.GetAsync(new Uri($"/pay/epay/{id}", UriKind.Relative), Ct)).StatusCode);
        till.Sandbox.Faults.Outage = true;
        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await buyer.Http.GetAsync(new Uri(page, UriKind.Relative), Ct)).StatusCode);
        till.Sandbox.Faults.Outage = false;
        using (var shown = await buyer.Http.GetAsync(new Uri(page, UriKind.Relative), Ct))
        {
            Assert.Contains($"script-src 'self' {till.Sandbox.Address.GetLeftPart(UriPartial.Authority)}", shown.Headers.GetValues("Content-Security-Policy").Single(), StringComparison.Ordinal);
            var html = await shown.Content.ReadAsStringAsync(Ct);
            Assert.Contains("cardVerification", html, StringComparison.Ordinal);
            Assert.DoesNotContain(buyer.Id.ToString("N"), html.Split("data-epay-card=")[1].Split('>')[0], StringComparison.OrdinalIgnoreCase);
        }

        await till.OpensEpay(buyer.Http, page, "card");
        var kept = Assert.Single(till.Sandbox.Till.Methods);
        // The notice says "ok", and the list says that nobody has agreed.
        till.Sandbox.Till.Agree(kept, declines: false, asksFirst: false, "4242");
        await till.Sandbox.Notices.Quiet();
        kept.IsAgreed = false;
        Assert.Equal("saved_method.not_ready", (await Send(buyer, HttpMethod.Post, $"me/wallet/saved-methods/{id}/completion", new { })).Code);
        kept.IsAgreed = true;
        Assert.Equal("•••• 4242", (await Send(buyer, HttpMethod.Post, $"me/wallet/saved-methods/{id}/completion", new { })).Body.GetProperty("label").GetString());
        await using var scope = till.Host.Services.CreateAsyncScope();
        Assert.Equal("applied", Assert.Single(scope.ServiceProvider.GetRequiredService<PaymentsContext>().Notices).Outcome);
        // Kept already: there is nothing left to agree to.
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Http.GetAsync(new Uri(page, UriKind.Relative), Ct)).StatusCode);
        // The number of the asking is one of those of payments, and no payment has it.
        var (_, play) = await till.Begins(buyer, 700);
        Assert.Equal((kept.Id, "100000002"), ("100000001", play.Id));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task Every_card_that_the_bank_holds_for_a_removed_way_of_paying_is_forgotten_and_no_other(DatabaseKind kind)
    {
        await using var wallet = await SelfTopping.Start(kind, "epay");
        var (till, buyer) = wallet;
        var kept = Assert.Single(till.Sandbox.Till.Methods);
        // Its person went to the bank's page twice; others have cards of their own.
        var twice = till.Sandbox.Till.Keep("twice", () => new PlayMethod { Company = "epay", Id = kept.Id, Token = Guid.CreateVersion7().ToString(), Customer = kept.Customer, Merchant = kept.Merchant, IsAgreed = true });
        var other = till.Sandbox.Till.Keep("other", () => new PlayMethod { Company = "epay", Id = "100000099", Token = Guid.CreateVersion7().ToString(), Customer = Guid.CreateVersion7().ToString("N"), Merchant = "100000099", IsAgreed = true });
        Assert.Equal(HttpStatusCode.NoContent, (await Send(buyer, HttpMethod.Delete, $"me/wallet/saved-methods/{wallet.Method.GetProperty("methodId").GetGuid()}", null)).Status);
        Assert.Equal((true, true, false), (kept.IsForgotten, twice.IsForgotten, other.IsForgotten));
    }

    [Theory, MemberData(nameof(Engines))]
    [Requirement("C-14")]
    public async Task A_card_that_is_kept_at_the_bank_after_its_saving_was_removed_here_is_forgotten_when_the_bank_tells_of_it(DatabaseKind kind)
    {
        await using var till = await TillHost.Start(kind, "epay");
        using var buyer = new Buyer(till.Host);
        var begun = (await Send(buyer, HttpMethod.Post, "me/wallet/saved-methods", new { gateway = "epay" })).Body;
        await till.OpensEpay(buyer.Http, begun.GetProperty("pageUrl").GetString()!, "card");
        Assert.Equal(HttpStatusCode.NoContent, (await Send(buyer, HttpMethod.Delete, $"me/wallet/saved-methods/{begun.GetProperty("methodId").GetGuid()}", null)).Status);
        var late = Assert.Single(till.Sandbox.Till.Methods);
        Assert.False(late.IsForgotten);
        // The bank is away once it has told; the notice is followed when it is back.
        till.Sandbox.Faults.Outage = true;
        till.Sandbox.Till.Agree(late, declines: false, asksFirst: false, "4242");
        await till.Sandbox.Notices.Quiet();
        till.Sandbox.Faults.Outage = false;
        Assert.False(late.IsForgotten);
        till.Host.Clock.Advance(TimeSpan.FromMinutes(1));
        await till.WorkerRuns();
        Assert.True(late.IsForgotten);
    }

    [Fact]
    public async Task A_payment_from_a_kept_card_has_no_page_on_which_it_could_be_paid_by_hand_too()
    {
        await using var wallet = await SelfTopping.Start(DatabaseKind.Sqlite, "epay");
        var (till, buyer) = wallet;
        await wallet.RunsUnanswered();
        var (asked, _) = await Asked(wallet);
        var waits = (await buyer.Gets($"payments/{asked.PaymentId}")).Body;
        Assert.Equal(("pending", false), (waits.GetProperty("state").GetString(), waits.TryGetProperty("payUrl", out var there) && there.ValueKind == System.Text.Json.JsonValueKind.String));
        Assert.DoesNotContain("Pay now", await buyer.Http.GetStringAsync(new Uri($"/wallet/payments/{asked.PaymentId}", UriKind.Relative), Ct), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, (await buyer.Http.GetAsync(new Uri($"/pay/epay/{asked.PaymentId}", UriKind.Relative), Ct)).StatusCode);
    }

    private static async Task<(GatewayPayment Payment, string Token)> Asked(SelfTopping wallet)
    {
        var (till, _) = wallet;
        var payment = await wallet.Reads(payments => payments.Payments.AsNoTracking().SingleAsync(Ct));
        return (new GatewayPayment(payment.Id, payment.Money, payment.ExpiresAt, NoticeUrl: new Uri(till.Host.Address, "/api/v1/gateways/epay/notices").ToString(), Reference: payment.GatewayRef), await TokenOf(till, payment.MethodId!.Value));
    }

    private static async Task<string> TokenOf(TillHost till, Guid method)
    {
        await using var scope = till.Host.Services.CreateAsyncScope();
        return (await scope.ServiceProvider.GetRequiredService<PaymentsContext>().Methods.AsNoTracking().Where(m => m.Id == method).Select(m => m.Token).SingleAsync(Ct))!;
    }
}
