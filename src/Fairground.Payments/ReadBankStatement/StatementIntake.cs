using System.Globalization;
using System.Text;
using System.Xml;
using Fairground.Kernel;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ReadBankStatement;

/// <summary>What became of a statement file.</summary>
/// <param name="Lines">All of the file.</param>
/// <param name="Fresh">Those that no earlier file had.</param>
internal sealed record TakenStatement(Guid StatementId, int Lines, int Fresh);

/// <summary>Takes bank statements in. The same file twice is one statement, and the same line in two files one line.</summary>
internal sealed class StatementIntake(PayoutsContext context, PayoutOptions options, TimeProvider time)
{
    public const int LargestBytes = ReceivedFile.LargestBytes;
    public const int MostLines = 100_000;

    private const int Tries = 5;

    /// <summary>Refusals: <c>bank.statement_unreadable</c>, <c>bank.statement_too_large</c>, <c>bank.statement_account_unknown</c>. Nothing is kept of a file that is refused.</summary>
    public async Task<Result<TakenStatement>> Take(Stream file, Guid by, CancellationToken ct)
    {
        await using var received = await ReceivedFile.From(file, ct);
        if (received is null) return BankRefusals.TooLarge;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Read(received.Content, received.Sha256, by, ct);
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Somebody was keeping the same file, or the same lines, at the same moment: what they kept is known now.
                context.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Result<TakenStatement>> Read(FileStream content, string sha, Guid by, CancellationToken ct)
    {
        if (await Known(sha, ct) is { } before) return before;
        content.Position = 0;
        try
        {
            var (format, lines) = await Open(content, ct);
            return await Keep(sha, format, lines, by, ct);
        }
        catch (UnreadableStatementException error)
        {
            return error.Why;
        }
        catch (Exception error) when (error is XmlException or DecoderFallbackException or OverflowException)
        {
            return BankRefusals.Unreadable;
        }
    }

    private async Task<TakenStatement?> Known(string sha, CancellationToken ct) =>
        await context.Statements.AsNoTracking().FirstOrDefaultAsync(s => s.Sha256 == sha, ct) is { } known ? new TakenStatement(known.Id, known.Lines, 0) : null;

    private async Task<(string Format, IAsyncEnumerable<ReadStatementLine> Lines)> Open(FileStream content, CancellationToken ct)
    {
        var first = new byte[1_000];
        var length = await content.ReadAtLeastAsync(first, first.Length, throwOnEndOfStream: false, ct);
        var own = options.Accounts.Values.ToDictionary(a => a.Account.Number, a => Currency.Of(a.Currency), StringComparer.Ordinal);
        var head = Encoding.Latin1.GetString(first, 0, Math.Min(length, 400)).TrimStart('\u00EF', '\u00BB', '\u00BF');
        content.Position = 0;
        if (!head.StartsWith(ClientBankStatement.FirstLine, StringComparison.Ordinal)) return (CamtStatement.Format, CamtStatement.Read(content, ct));
        return (ClientBankStatement.Format, ClientBankStatement.Read(content, await EncodingOf(content, first.AsMemory(0, length), ct), own, ct));
    }

    // The file says "Windows" or "DOS" in the very encoding that it means: both write these letters as they stand in ASCII.
    private static async Task<Encoding> EncodingOf(FileStream content, ReadOnlyMemory<byte> first, CancellationToken ct)
    {
        if (await IsUtf8(content, ct)) return new UTF8Encoding(false, throwOnInvalidBytes: true);
        var page = first.Span.IndexOf("=DOS"u8) >= 0 ? 866 : 1251;
        return CodePagesEncodingProvider.Instance.GetEncoding(page)!;
    }

    private static async Task<bool> IsUtf8(FileStream content, CancellationToken ct)
    {
        var (decoder, bytes, chars) = (new UTF8Encoding(false, throwOnInvalidBytes: true).GetDecoder(), new byte[8_192], new char[8_200]);
        try
        {
            for (int read; (read = await content.ReadAsync(bytes, ct)) > 0;) decoder.GetChars(bytes.AsSpan(0, read), chars, flush: false);
            decoder.GetChars([], chars, flush: true);
            return true;
        }
        catch (DecoderFallbackException)
        {
            return false;
        }
        finally
        {
            content.Position = 0;
        }
    }

    private async Task<Result<TakenStatement>> Keep(string sha, string format, IAsyncEnumerable<ReadStatementLine> lines, Guid by, CancellationToken ct)
    {
        var statementId = Ids.New();
        var own = options.Accounts.Values.Select(a => a.Account.Number).ToHashSet(StringComparer.Ordinal);
        var rows = new Dictionary<Guid, BankLine>();
        var seen = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var (account, line) in lines.WithCancellation(ct))
        {
            if (!own.Contains(account)) return BankRefusals.AccountUnknown;
            if (rows.Count >= MostLines) return BankRefusals.TooLarge;
            if (line.Amount.Minor == 0) continue;
            var row = Row(statementId, account, line, seen);
            rows[row.Id] = row;
        }
        await using var transaction = await context.BeginWriteAsync(ct);
        // Somebody sent the same file at the same moment.
        if (await Known(sha, ct) is { } before) return before;
        var fresh = await context.Lines.Fresh(rows.Values, ct);
        context.Statements.Add(new BankStatement { Id = statementId, Sha256 = sha, Format = format, TakenAt = time.GetUtcNow(), TakenBy = by, Lines = rows.Count, Fresh = fresh.Count });
        await context.SaveChangesAsync(ct);
        context.Lines.AddRange(fresh);
        await context.SaveChangesAsync(ct);
        await transaction.CommitAsync(ct);
        return new TakenStatement(statementId, rows.Count, fresh.Count);
    }

    // What the bank says of a line is its identity; two alike in one file are two.
    private static BankLine Row(Guid statementId, string account, ReadLine line, Dictionary<string, int> seen)
    {
        var day = line.BookedOn.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var identity = string.Join('\n', account, day, line.Direction.ToString(), line.Amount.ToString(), line.BankReference, line.Reference, line.CounterpartyAccount, line.Purpose);
        var count = seen[identity] = seen.GetValueOrDefault(identity) + 1;
        return new BankLine
        {
            Id = Ids.Derive("fairground/bank-line/v1", identity, count.ToString(CultureInfo.InvariantCulture)), StatementId = statementId, BookedOn = day, Direction = line.Direction, Amount = line.Amount.Minor,
            Currency = line.Amount.Currency.Code, Counterparty = line.Counterparty, CounterpartyAccount = line.CounterpartyAccount, Purpose = line.Purpose, Reference = line.Reference, BankReference = line.BankReference,
            ReturnReason = line.ReturnReason,
        };
    }
}
