using System.Text.Json.Serialization;
using Fairground.Kernel;
using Fairground.Kernel.Messaging;
using Fairground.Ledger;
using Fairground.Ledger.GroupCommit;
using Fairground.Payments.ReadBankStatement;

namespace Fairground.Payments.MatchBankLines;

/// <summary>A transfer arrived at the bank for a person: once a line of the statement, whoever finds out whose it is.</summary>
internal sealed record CreditTransfer(CommandKey Key, Guid LineId, Guid UserId, Money Amount) : IHotCommand
{
    public static CreditTransfer Of(BankLine line, Guid userId) => new(BankKeys.Of(line, "person"), line.Id, userId, line.Money);
}

/// <summary>Whose wallet it went to.</summary>
internal sealed record TransferCredited(Guid UserId);

/// <summary>Decides <see cref="CreditTransfer"/>; nothing is refused: the money is there.</summary>
internal sealed class CreditTransferRule : HotRule<CreditTransfer, TransferCredited>
{
    public override void Needs(CreditTransfer command, LoadPlan plan) =>
        plan.Account(PayoutPostings.BankIn(command.Amount.Currency.Code)).Account(SharedAccounts.WalletOf(command.UserId, command.Amount.Currency.Code));

    public override Decision Decide(CreditTransfer command, GroupState state, DateTimeOffset now)
    {
        var currency = command.Amount.Currency.Code;
        return Accept(new TransferCredited(command.UserId))
            .Post(PayoutPostings.BankTopUp, PayoutPostings.BankIn(currency), SharedAccounts.WalletOf(command.UserId, currency), command.Amount.Minor, command.LineId)
            .Publish(new TransferArrived(command.UserId, command.LineId, command.Amount.Minor, currency));
    }
}

/// <summary>A gateway paid out what it owed: the bank has it now, and the gateway's fee is a cost.</summary>
internal sealed record SettleGateway(CommandKey Key, Guid LineId, string Gateway, Money Amount, long Fee) : IHotCommand
{
    public static SettleGateway Of(BankLine line, string gateway, long fee) => new(BankKeys.Of(line, "gateway"), line.Id, gateway, line.Money, fee);
}

/// <summary>Decides <see cref="SettleGateway"/>. Refusal: <c>bank.gateway_unknown</c> where the gateway does not owe that much.</summary>
internal sealed class SettleGatewayRule : HotRule<SettleGateway, TransferCredited>
{
    public override void Needs(SettleGateway command, LoadPlan plan)
    {
        var currency = command.Amount.Currency.Code;
        plan.Account(PayoutPostings.BankIn(currency)).Account(PaymentsPostings.ClearingOf(command.Gateway, currency)).Account(PayoutPostings.FeesIn(currency));
    }

    public override Decision Decide(SettleGateway command, GroupState state, DateTimeOffset now)
    {
        var currency = command.Amount.Currency.Code;
        var clearing = PaymentsPostings.ClearingOf(command.Gateway, currency);
        if (-state.Balance(clearing) < checked(command.Amount.Minor + command.Fee)) return Refuse(BankRefusals.GatewayUnknown, ("owes", -state.Balance(clearing)), ("currency", currency));
        var decision = Accept(new TransferCredited(clearing.Party)).Post(PayoutPostings.GatewaySettled, PayoutPostings.BankIn(currency), clearing, command.Amount.Minor, command.LineId);
        return command.Fee > 0 ? decision.Post(PayoutPostings.GatewayFee, PayoutPostings.FeesIn(currency), clearing, command.Fee, command.LineId) : decision;
    }
}

/// <summary>A person's bank transfer is in the wallet. Payloads are part of the contract: only add.</summary>
internal sealed record TransferArrived(Guid UserId, Guid LineId, long Amount, string Currency) : IDomainEvent
{
    public const string Name = "payments.transfer.arrived";

    [JsonIgnore]
    public string Topic => Name;
}

/// <summary>One key a line: what it was taken for first stands, and anything else is refused as another request.</summary>
internal static class BankKeys
{
    public static CommandKey Of(BankLine line, string what) => CommandKey.For(Guid.Empty, $"payments.bank_line:{line.Id:N}", what);
}
