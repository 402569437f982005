using System.Buffers.Binary;
using System.Data.Common;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Ledger.Protection;

/// <summary>A person's guard as it stands, for pages.</summary>
/// <param name="Limits">Those that hold or wait.</param>
/// <param name="Entries">Used in the current day, week and month.</param>
/// <param name="Spent">Likewise, in minor units by currency.</param>
/// <param name="Barred">Sellers the person may not buy from; the empty id is everybody.</param>
public sealed record GuardView(
    AgeProof Age, int AgeRule, DateTimeOffset? OfAgeAt, DateTimeOffset? BreakUntil, DateTimeOffset? ExcludedUntil, IReadOnlyList<LimitLine> Limits, Used Entries,
    IReadOnlyDictionary<string, Used> Spent, IReadOnlyCollection<Guid> Barred);

/// <summary>One change of a guard.</summary>
public sealed record GuardChangeLine(Guid By, string What, string? Before, string? After, DateTimeOffset At);

/// <summary>A person with a figure.</summary>
public sealed record PersonFigure(Guid Person, int Figure, DateTimeOffset LastAt);

/// <summary>Reads guards and what was bought, for pages and for the operator's signals.</summary>
public sealed class GuardReader(Database database, Chart chart, TimeProvider time)
{
    /// <summary>The guard; an empty one where the person never had any.</summary>
    public async Task<GuardView> Of(Guid person, int dayOffsetMinutes, CancellationToken ct)
    {
        var columns = string.Join(", ", ((HotTable)Guard.Table).Columns.Select(c => c.Name));
        var found = await List($"select {columns} from ledger_guard where person_id = @person", r => (Guard)((HotTable)Guard.Table).Read(r), ct, ("@person", person));
        var guard = found.Count == 0 ? Guard.New(person) : found[0];
        var now = time.GetUtcNow();
        var periods = Periods.At(now, dayOffsetMinutes);
        return new GuardView(
            guard.Age, guard.AgeRule, guard.OfAgeAt, guard.BreakUntil > now ? guard.BreakUntil : null, guard.ExcludedUntil > now ? guard.ExcludedUntil : null,
            LimitLines.Read(LimitLines.Write(LimitLines.Read(guard.Limits), now)), guard.Entries.Rolled(guard, periods),
            guard.Assets.ToDictionary(a => a, a => guard.SpentOf(a).Rolled(guard, periods)), ReadBarred(guard.Barred));
    }

    /// <summary>The changes of a person's guard, newest first; at most 100.</summary>
    public Task<IReadOnlyList<GuardChangeLine>> Changes(Guid person, CancellationToken ct) => List(
        "select by_id, what, before, after, at from ledger_guard_change where person_id = @person order by id desc limit 100",
        r => new GuardChangeLine(r.Uuid(0), r.Text(1), r.TextOrNull(2), r.TextOrNull(3), r.Instant(4)), ct, ("@person", person));

    /// <summary>Everybody who may not buy from somebody.</summary>
    public async Task<IReadOnlyDictionary<Guid, IReadOnlyCollection<Guid>>> AllBarred(CancellationToken ct) => (await List(
        "select person_id, barred from ledger_guard where barred is not null",
        r => (Person: r.Uuid(0), Barred: ReadBarred(r.Text(1))), ct)).ToDictionary(p => p.Person, p => p.Barred);

    /// <summary>Of these people, those who take no part just now: excluded or on a break.</summary>
    public async Task<IReadOnlySet<Guid>> Absent(IReadOnlyCollection<Guid> people, CancellationToken ct)
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        var absent = await List("select person_id from ledger_guard where excluded_until > @now or break_until > @now", r => r.Uuid(0), ct, ("@now", now));
        return absent.Where(people.Contains).ToHashSet();
    }

    /// <summary>People who raised their limits at least so often since then.</summary>
    public Task<IReadOnlyList<PersonFigure>> Raised(DateTimeOffset since, int least, CancellationToken ct) => List(
        "select person_id, count(*), max(at) from ledger_guard_change where raises = 1 and at >= @since group by person_id having count(*) >= @least",
        r => new PersonFigure(r.Uuid(0), (int)r.Long(1), r.Instant(2)), ct, ("@since", since.ToUnixTimeMilliseconds()), ("@least", least));

    /// <summary>People who paid from their wallet at least so often in the hours of the night since then.</summary>
    public Task<IReadOnlyList<PersonFigure>> AtNight(DateTimeOffset since, int least, int fromHour, int toHour, int dayOffsetMinutes, CancellationToken ct)
    {
        const string Hour = "((t.at / 60000 + @offset) / 60) % 24";
        var night = fromHour < toHour ? $"{Hour} >= @from and {Hour} < @to" : $"({Hour} >= @from or {Hour} < @to)";
        return List(
            $"""
             select a.party, count(*), max(t.at) from ledger_transfer t join ledger_account a on a.id = t.debit_id
             where t.id >= @first and t.at >= @since and a.purpose = @wallet and {night} group by a.party having count(*) >= @least
             """,
            r => new PersonFigure(r.Uuid(0), (int)r.Long(1), r.Instant(2)), ct,
            ("@first", FirstId(since)), ("@since", since.ToUnixTimeMilliseconds()), ("@least", least), ("@from", (long)fromHour), ("@to", (long)toHour), ("@offset", (long)dayOffsetMinutes), ("@wallet", SharedAccounts.Wallet.Name));
    }

    /// <summary>People who brought money in at least so often since then, each time after having spent some.</summary>
    public async Task<IReadOnlyList<PersonFigure>> Chasing(DateTimeOffset since, int least, CancellationToken ct)
    {
        // The money that comes in from outside: whatever movement goes from an account without a floor into a wallet.
        var incoming = string.Join(", ", chart.Movements.Where(m => m.From.Floor is null && m.To.Name == SharedAccounts.Wallet.Name).Select(m => m.Code).DefaultIfEmpty(-1));
        var often = await List(
            $"""
             select a.id, a.party from ledger_transfer t join ledger_account a on a.id = t.credit_id
             where t.id >= @first and t.at >= @since and t.movement in ({incoming}) and a.purpose = @wallet group by a.id, a.party having count(*) >= @least
             """,
            r => (Account: r.Uuid(0), Party: r.Uuid(1)), ct,
            ("@first", FirstId(since)), ("@since", since.ToUnixTimeMilliseconds()), ("@least", least), ("@wallet", SharedAccounts.Wallet.Name));
        var found = new List<PersonFigure>();
        foreach (var (account, party) in often)
        {
            var moves = await List(
                "select debit_id, at from ledger_transfer where id >= @first and at >= @since and (debit_id = @account or credit_id = @account) order by id",
                r => (Spent: r.Uuid(0) == account, At: r.Instant(1)), ct,
                ("@first", FirstId(since)), ("@since", since.ToUnixTimeMilliseconds()), ("@account", account));
            var (again, spent, last) = (0, false, since);
            foreach (var move in moves)
            {
                if (move.Spent) spent = true;
                else if (spent) (again, spent, last) = (again + 1, false, move.At);
            }
            if (again >= least) found.Add(new PersonFigure(party, again, last));
        }
        return found;
    }

    // Ids begin with the millisecond in which they were made; a day of slack for clocks that differ. It lets the primary key find the last days.
    private static Guid FirstId(DateTimeOffset since)
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt64BigEndian(bytes, since.AddDays(-1).ToUnixTimeMilliseconds() << 16);
        return new Guid(bytes, bigEndian: true);
    }

    private static IReadOnlyCollection<Guid> ReadBarred(string? text) => text is null ? [] : [.. text.Split(' ').Select(s => s == "*" ? Guid.Empty : Guid.ParseExact(s, "N"))];

    private async Task<IReadOnlyList<T>> List<T>(string sql, Func<HotReader, T> read, CancellationToken ct, params (string Name, object Value)[] values)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Built from constants; what comes from outside is a parameter.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values) Bind(command, name, value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var rows = new List<T>();
        while (await reader.ReadAsync(ct)) rows.Add(read(new HotReader(reader, database.Kind == DatabaseKind.Sqlite)));
        return rows;
    }

    private void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value is Guid id && database.Kind == DatabaseKind.Sqlite ? id.ToByteArray(true) : value);
        command.Parameters.Add(parameter);
    }
}
