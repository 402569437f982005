using System.Data.Common;
using System.Runtime.CompilerServices;
using Fairground.Kernel.Storage;
using Fairground.Ledger.GroupCommit;

namespace Fairground.Draws;

/// <summary>Reads the hot tables, the same on both engines. Never writes.</summary>
internal sealed class DrawsReader(Database database)
{
    /// <summary>The living part of a lot, or null.</summary>
    public async Task<Sale?> Sale(Guid lotId, CancellationToken ct) =>
        (await List($"select {DrawsTables.SaleList} from draws_sale s where s.lot_id = @lot", DrawsTables.ReadSale, ct, ("@lot", lotId))).FirstOrDefault();

    /// <summary>The drawn places of a lot, in order.</summary>
    public Task<List<Win>> WinsOf(Guid lotId, CancellationToken ct) =>
        List($"select {DrawsTables.WinList} from draws_win w where w.lot_id = @lot order by w.place", DrawsTables.ReadWin, ct, ("@lot", lotId));

    /// <summary>A win, or null.</summary>
    public async Task<Win?> Win(Guid winId, CancellationToken ct) =>
        (await List($"select {DrawsTables.WinList} from draws_win w where w.id = @id", DrawsTables.ReadWin, ct, ("@id", winId))).FirstOrDefault();

    /// <summary>What a person holds of a lot, or null.</summary>
    public async Task<Holding?> Holding(Guid lotId, Guid userId, CancellationToken ct) =>
        (await List("select lot_id, user_id, count, holder, settled from draws_holding where lot_id = @lot and user_id = @user",
            r => new Holding(r.Uuid(0), r.Uuid(1), r.Int(2), r.Bytes(3), r.Int(4) != 0), ct, ("@lot", lotId), ("@user", userId))).FirstOrDefault();

    /// <summary>A page of a lot's holdings in the order of persons, after the given one.</summary>
    public Task<List<Holding>> Holdings(Guid lotId, Guid after, int take, bool unsettledOnly, CancellationToken ct) =>
        List($"select lot_id, user_id, count, holder, settled from draws_holding where lot_id = @lot and user_id > @after {(unsettledOnly ? "and settled = 0" : "")} order by user_id limit @take",
            r => new Holding(r.Uuid(0), r.Uuid(1), r.Int(2), r.Bytes(3), r.Int(4) != 0), ct, ("@lot", lotId), ("@after", after), ("@take", take));

    /// <summary>The entries of a lot in order of acceptance, with the holder's pseudonym. Streams.</summary>
    public IAsyncEnumerable<(int Seq, string Number, byte[] Holder)> Entries(Guid lotId, CancellationToken ct) =>
        Stream("""
            select c.seq, c.number, h.holder from draws_certificate c
            join draws_holding h on h.lot_id = c.lot_id and h.user_id = c.user_id
            where c.lot_id = @lot order by c.seq
            """, r => (r.Int(0), r.Text(1), r.Bytes(2)), ct, ("@lot", lotId));

    /// <summary>The signed closing statement of a lot, or null before it closed.</summary>
    public async Task<string?> Closing(Guid lotId, CancellationToken ct) =>
        (await List("select statement from draws_closing_log where lot_id = @lot and step = 0", r => r.Text(0), ct, ("@lot", lotId))).FirstOrDefault();

    /// <summary>The signed switches of a draw that failed over, in order.</summary>
    public Task<List<string>> Switches(Guid lotId, CancellationToken ct) =>
        List("select statement from draws_closing_log where lot_id = @lot and step > 0 order by step", r => r.Text(0), ct, ("@lot", lotId));

    /// <summary>The reserves of a lot that were called, in order.</summary>
    public Task<List<CalledReserve>> Calls(Guid lotId, CancellationToken ct) =>
        List("select lot_id, place, instead, reason, at from draws_call where lot_id = @lot order by place",
            r => new CalledReserve(r.Uuid(0), r.Int(1), r.Int(2), r.Text(3), r.Instant(4)), ct, ("@lot", lotId));

    /// <summary>What a draw was decided by, or null before it.</summary>
    public async Task<DrawnBeacon?> Beacon(Guid lotId, CancellationToken ct) =>
        (await List("select lot_id, published, randomness from draws_beacon where lot_id = @lot", r => new DrawnBeacon(r.Uuid(0), r.Text(1), r.Bytes(2)), ct, ("@lot", lotId))).FirstOrDefault();

    /// <summary>The end of the closing log.</summary>
    public async Task<LogHead> LogHead(CancellationToken ct) =>
        (await List("select id, next_line, hash from draws_log_head", r => new LogHead(r.Uuid(0), r.Long(1), r.Text(2)), ct)).FirstOrDefault() ?? Draws.LogHead.Empty;

    public async Task<List<T>> List<T>(string sql, Func<HotReader, T> read, CancellationToken ct, params (string Name, object Value)[] values)
    {
        var rows = new List<T>();
        await foreach (var row in Stream(sql, read, ct, values)) rows.Add(row);
        return rows;
    }

    public async IAsyncEnumerable<T> Stream<T>(string sql, Func<HotReader, T> read, [EnumeratorCancellation] CancellationToken ct, params (string Name, object Value)[] values)
    {
        await using var connection = await database.OpenAsync(ct);
        await using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Callers pass constants and declared column lists; values are parameters.
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in values) Bind(command, name, value);
        await using var reader = await command.ExecuteReaderAsync(ct);
        var row = new HotReader(reader, database.Kind == DatabaseKind.Sqlite);
        while (await reader.ReadAsync(ct)) yield return read(row);
    }

    private void Bind(DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        (parameter.ParameterName, parameter.Value) = (name, value is Guid id && database.Kind == DatabaseKind.Sqlite ? id.ToByteArray(true) : value);
        command.Parameters.Add(parameter);
    }
}
