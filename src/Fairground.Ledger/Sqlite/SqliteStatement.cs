using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace Fairground.Ledger.Sqlite;

/// <summary>A prepared statement of the committer, run thousands of times a second: straight to SQLite, with nothing made on the way.</summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 db;
    private readonly sqlite3_stmt statement;

    public SqliteStatement(sqlite3 db, string sql)
    {
        this.db = db;
        Check(raw.sqlite3_prepare_v2(db, sql, out statement));
    }

    public sqlite3_stmt Row => statement;

    /// <summary>Makes it ready for other values. Positions count from 1.</summary>
    public SqliteStatement Start()
    {
        // The code of a reset repeats the last failure, which was thrown already.
        _ = raw.sqlite3_reset(statement);
        return this;
    }

    public SqliteStatement Bind(int at, Guid value)
    {
        Span<byte> bytes = stackalloc byte[16];
        value.TryWriteBytes(bytes, bigEndian: true, out _);
        Check(raw.sqlite3_bind_blob(statement, at, bytes));
        return this;
    }

    public SqliteStatement Bind(int at, long value)
    {
        Check(raw.sqlite3_bind_int64(statement, at, value));
        return this;
    }

    public SqliteStatement Bind(int at, string value)
    {
        Check(raw.sqlite3_bind_text(statement, at, value));
        return this;
    }

    /// <summary>Binds a value of any column type.</summary>
    public SqliteStatement Bind(int at, object? value) => value switch
    {
        null => BindNull(at),
        Guid id => Bind(at, id),
        long number => Bind(at, number),
        int number => Bind(at, (long)number),
        string text => Bind(at, text),
        byte[] bytes => BindBytes(at, bytes),
        _ => throw new InvalidOperationException($"{value.GetType().Name} is not a column type."),
    };

    /// <summary>Goes to the next row; false where there is none.</summary>
    public bool Step()
    {
        var code = raw.sqlite3_step(statement);
        if (code == raw.SQLITE_ROW) return true;
        if (code == raw.SQLITE_DONE) return false;
        Check(code);
        return false;
    }

    /// <summary>Runs a statement that has no rows.</summary>
    public void Run()
    {
        Step();
        Start();
    }

    public void Dispose() => statement.Dispose();

    private SqliteStatement BindNull(int at)
    {
        Check(raw.sqlite3_bind_null(statement, at));
        return this;
    }

    private SqliteStatement BindBytes(int at, byte[] bytes)
    {
        // No bytes at all would be bound as null.
        Check(bytes.Length == 0 ? raw.sqlite3_bind_zeroblob(statement, at, 0) : raw.sqlite3_bind_blob(statement, at, bytes));
        return this;
    }

    private void Check(int code)
    {
        if (code == raw.SQLITE_OK) return;
        var (message, extended) = (raw.sqlite3_errmsg(db).utf8_to_string(), raw.sqlite3_extended_errcode(db));
        // A statement that failed must not keep its transaction from being rolled back.
        if (statement is not null) _ = raw.sqlite3_reset(statement);
        throw new SqliteException(message, code & 0xff, extended);
    }
}
