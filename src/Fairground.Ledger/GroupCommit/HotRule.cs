using System.Text.Json;
using Fairground.Kernel;

namespace Fairground.Ledger.GroupCommit;

/// <summary>Identifies a command for ever: whose it is, the caller's key, and a hash of the request so that a key cannot be reused for another.</summary>
/// <param name="Scope">The person or system the key belongs to.</param>
/// <param name="Key">The caller's Idempotency-Key, or a name derived from what the command is about.</param>
/// <param name="RequestHash">SHA-256 of the request.</param>
public readonly record struct CommandKey(Guid Scope, string Key, ReadOnlyMemory<byte> RequestHash)
{
    /// <summary>A key for a command that the system itself gives once: the parts are both name and request.</summary>
    public static CommandKey System(string name, params ReadOnlySpan<string> parts) => For(Guid.Empty, parts.IsEmpty ? name : $"{name}:{string.Join(':', parts!)}", name);

    /// <summary>A caller's key with the parts of the request that matter.</summary>
    public static CommandKey For(Guid scope, string key, params ReadOnlySpan<string> request) =>
        new(scope, key, global::System.Security.Cryptography.SHA256.HashData(global::System.Text.Encoding.UTF8.GetBytes(string.Join('\n', request!))));
}

/// <summary>A command decided in memory and committed with others in one group.</summary>
public interface IHotCommand
{
    CommandKey Key { get; }
}

/// <summary>What the group must load and lock before it can decide.</summary>
public sealed class LoadPlan
{
    internal Dictionary<Guid, AccountRef> Accounts { get; } = [];

    internal Dictionary<HotTable, HashSet<HotKey>> Rows { get; } = [];

    public LoadPlan Account(AccountRef account)
    {
        Accounts[account.Id] = account;
        return this;
    }

    public LoadPlan Row<TRow>(HotTable<TRow> table, Guid a, Guid b = default)
        where TRow : class
    {
        if (!Rows.TryGetValue(table, out var keys)) Rows[table] = keys = [];
        keys.Add(new HotKey(a, b));
        return this;
    }

    /// <summary>A hold that the command posts or releases.</summary>
    public LoadPlan Hold(Guid id) => Row(LedgerTables.Holds, id);
}

/// <summary>How one kind of command is decided. Rules are pure: state, command and now in; a decision out.</summary>
public abstract class HotRule
{
    internal abstract Type CommandType { get; }

    internal abstract void Plan(IHotCommand command, LoadPlan plan);

    internal abstract Decision DecideUntyped(IHotCommand command, GroupState state, DateTimeOffset now);

    internal abstract object SealUntyped(IHotCommand command, object outcome);

    /// <summary>True where the rule has something costly to seal.</summary>
    internal abstract bool Seals { get; }

    internal abstract string Write(object outcome);

    internal abstract object Read(string outcome);
}

/// <inheritdoc/>
public abstract class HotRule<TCommand, TOutcome> : HotRule
    where TCommand : IHotCommand
    where TOutcome : class
{
    private bool? seals;

    internal sealed override Type CommandType => typeof(TCommand);

    internal sealed override bool Seals => seals ??= GetType().GetMethod(
        nameof(Seal), global::System.Reflection.BindingFlags.Instance | global::System.Reflection.BindingFlags.NonPublic | global::System.Reflection.BindingFlags.Public,
        [typeof(TCommand), typeof(TOutcome)])!.DeclaringType != typeof(HotRule<TCommand, TOutcome>);

    /// <summary>Names what must be loaded and locked.</summary>
    public abstract void Needs(TCommand command, LoadPlan plan);

    /// <summary>A ladder of refusals, then an acceptance with its effects. Sees what earlier commands of the group did.</summary>
    public abstract Decision Decide(TCommand command, GroupState state, DateTimeOffset now);

    /// <summary>Completes the outcome with what is costly but needs no state (a signature). Runs in parallel with others, before the group is written.</summary>
    protected virtual TOutcome Seal(TCommand command, TOutcome outcome) => outcome;

    /// <summary>The stored form of the outcome. Keep it small: one is kept for every command for ever.</summary>
    protected virtual string WriteOutcome(TOutcome outcome) => JsonSerializer.Serialize(outcome, OutcomeJson.Options);

    protected virtual TOutcome ReadOutcome(string stored) => JsonSerializer.Deserialize<TOutcome>(stored, OutcomeJson.Options)!;

    protected static Decision Refuse(RefusalKind kind, params (string Name, object? Value)[] details) => Decision.Refused(kind.With(details));

    protected static Decision Refuse(Refusal refusal) => Decision.Refused(refusal);

    protected static Decision Accept(TOutcome outcome) => Decision.Accepted(outcome);

    internal sealed override void Plan(IHotCommand command, LoadPlan plan) => Needs((TCommand)command, plan);

    internal sealed override Decision DecideUntyped(IHotCommand command, GroupState state, DateTimeOffset now) => Decide((TCommand)command, state, now);

    internal sealed override object SealUntyped(IHotCommand command, object outcome) => Seal((TCommand)command, (TOutcome)outcome);

    internal sealed override string Write(object outcome) => WriteOutcome((TOutcome)outcome);

    internal sealed override object Read(string outcome) => ReadOutcome(outcome);
}

/// <summary>How outcomes are kept.</summary>
internal static class OutcomeJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        Encoder = global::System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = global::System.Text.Json.Serialization.JsonIgnoreCondition.WhenWritingNull,
    };
}
