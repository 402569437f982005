using System.Globalization;
using System.Security.Claims;
using Fairground.Kernel;
using Fairground.Kernel.Http;
using Fairground.Ledger;
using Fairground.Ledger.Statements;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Http;

namespace Fairground.Payments.ReadWallet;

/// <summary>What a person has in one currency: all of it, what may be spent, what is set aside, and what the person owes because a bank took a payment back that was spent already.</summary>
internal sealed record WalletBalance(Money Balance, Money Available, Money Held, Money Owed);

/// <summary>A person's wallet. The default currency stands at the top; <paramref name="Balances"/> has every currency.</summary>
/// <param name="Amount">Balance in the default currency, minor units.</param>
/// <param name="Currency">The default currency (<c>FAIRGROUND_CURRENCY</c>).</param>
internal sealed record WalletAnswer(string Amount, string Currency, Money Balance, Money Available, Money Held, IReadOnlyList<WalletBalance> Balances);

/// <summary>Reads wallets from the ledger, for the endpoint and the page.</summary>
internal sealed class WalletReader(LedgerReader ledger, PaymentsOptions options)
{
    /// <summary>The default currency first, also where there is nothing in it; then the others by code.</summary>
    public async Task<IReadOnlyList<WalletBalance>> Read(Guid userId, CancellationToken ct)
    {
        var found = await ledger.BalancesOf(userId, SharedAccounts.Wallet, ct);
        var debts = await ledger.BalancesOf(userId, PaymentsPostings.Debt, ct);
        var balances = new List<WalletBalance> { In(options.DefaultCurrency) };
        foreach (var asset in found.Keys.Union(debts.Where(d => d.Value.Balance < 0).Select(d => d.Key)).Order(StringComparer.Ordinal))
        {
            if (Currency.TryParse(asset, out var currency) && currency != options.DefaultCurrency) balances.Add(In(currency));
        }
        return balances;

        WalletBalance In(Currency currency)
        {
            var (balance, held) = found.GetValueOrDefault(currency.Code);
            return new(new Money(balance, currency), new Money(balance - held, currency), new Money(held, currency), new Money(-debts.GetValueOrDefault(currency.Code).Balance, currency));
        }
    }
}

/// <summary><c>GET me/wallet</c> (C-14).</summary>
internal static class ReadWalletEndpoint
{
    public static async Task<Ok<WalletAnswer>> Handle(ClaimsPrincipal user, WalletReader wallets, CancellationToken ct)
    {
        var balances = await wallets.Read(user.UserId(), ct);
        var first = balances[0];
        return TypedResults.Ok(new WalletAnswer(
            first.Balance.Minor.ToString(CultureInfo.InvariantCulture), first.Balance.Currency.Code, first.Balance, first.Available, first.Held, balances));
    }
}
