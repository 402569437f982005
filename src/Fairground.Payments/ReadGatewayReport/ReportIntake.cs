using System.Globalization;
using System.Text;
using CsvHelper;
using Fairground.Kernel;
using Fairground.Payments.ReadBankStatement;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Payments.ReadGatewayReport;

/// <summary>What became of a report file.</summary>
/// <param name="Lines">All of the file.</param>
/// <param name="Fresh">Those that no earlier file had.</param>
internal sealed record TakenReport(Guid StatementId, string Gateway, int Lines, int Fresh);

/// <summary>Takes reports of payment companies in. The same file twice is one report, and the same line in two files one line.</summary>
internal sealed class ReportIntake(PaymentsContext context, IEnumerable<IPaymentGateway> gateways, TimeProvider time)
{
    public const int MostLines = 100_000;

    private const int Batch = 500;
    private const int Tries = 5;

    /// <param name="gateway">Which company's it is; may be empty where the form of the file says so.</param>
    /// <returns>Refusals: <c>gateway_report.unreadable</c>, <c>gateway_report.too_large</c>, <c>gateway_report.gateway_unknown</c>. Nothing is kept of a file that is refused.</returns>
    public async Task<Result<TakenReport>> Take(Stream file, string? gateway, Guid by, CancellationToken ct)
    {
        await using var received = await ReceivedFile.From(file, ct);
        if (received is null) return ReportRefusals.TooLarge;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await Keep(received, string.IsNullOrWhiteSpace(gateway) ? null : gateway.Trim(), by, ct);
            }
            catch (UnreadableReportException error)
            {
                return ReportRefusals.Unreadable.With(("line", error.Line));
            }
            catch (DbUpdateException) when (attempt < Tries)
            {
                // Somebody was keeping the same file, or the same lines, at the same moment: what they kept is known now.
                context.ChangeTracker.Clear();
            }
        }
    }

    private async Task<Result<TakenReport>> Keep(ReceivedFile file, string? gateway, Guid by, CancellationToken ct)
    {
        if (await Known(file.Sha256, ct) is { } before) return before;
        var (format, lines) = await Read(file.Content, ct);
        if (lines is null) return ReportRefusals.TooLarge;
        if (format != PlainReport.Format && gateway is not null && gateway != format) return ReportRefusals.GatewayUnknown;
        gateway ??= format;
        if (gateways.All(g => g.Name != gateway)) return ReportRefusals.GatewayUnknown;
        var statementId = Ids.New();
        var rows = new Dictionary<Guid, GatewayLine>();
        foreach (var line in lines)
        {
            var row = Row(statementId, gateway, line);
            rows[row.Id] = row;
        }
        await using var transaction = await context.BeginWriteAsync(ct);
        if (await Known(file.Sha256, ct) is { } meanwhile) return meanwhile;
        var fresh = await context.GatewayLines.Fresh(rows.Values, ct);
        context.GatewayStatements.Add(new GatewayStatement { Id = statementId, Gateway = gateway, Sha256 = file.Sha256, Format = format, TakenAt = time.GetUtcNow(), TakenBy = by, Lines = rows.Count, Fresh = fresh.Count });
        await context.SaveChangesAsync(ct);
        context.GatewayLines.AddRange(fresh);
        await context.SaveChangesAsync(ct);
        if (format == StripeReport.Format) await AddUpPayouts(statementId, gateway, fresh, ct);
        await transaction.CommitAsync(ct);
        return new TakenReport(statementId, gateway, rows.Count, fresh.Count);
    }

    private async Task<TakenReport?> Known(string sha, CancellationToken ct) =>
        await context.GatewayStatements.AsNoTracking().FirstOrDefaultAsync(s => s.Sha256 == sha, ct) is { } known ? new TakenReport(known.Id, known.Gateway, known.Lines, 0) : null;

    // The report names the payout beside each line and has no line of its own for it.
    private async Task AddUpPayouts(Guid statementId, string gateway, List<GatewayLine> fresh, CancellationToken ct)
    {
        foreach (var some in fresh.Where(l => l is { PayoutRef: not null, Kind: not GatewayLineKind.Payout }).Select(l => l.PayoutRef!).Distinct().Chunk(Batch))
        {
            var sums = await context.GatewayLines.Where(l => l.Gateway == gateway && some.Contains(l.PayoutRef) && l.Kind != GatewayLineKind.Payout)
                .GroupBy(l => new { l.PayoutRef, l.Currency }).Select(g => new { g.Key.PayoutRef, g.Key.Currency, Net = g.Sum(l => l.Gross - l.Fee), At = g.Max(l => l.At) }).ToListAsync(ct);
            foreach (var sum in sums)
            {
                var row = Row(statementId, gateway, new ReportLine(sum.PayoutRef!, GatewayLineKind.Payout, sum.At, Currency.Of(sum.Currency), -sum.Net, 0, [], sum.PayoutRef, "payout"));
                if (await context.GatewayLines.FirstOrDefaultAsync(l => l.Id == row.Id, ct) is not { } known) context.GatewayLines.Add(row);
                else if (known.State == BankLineState.Waiting) known.Gross = row.Gross;
            }
        }
        await context.SaveChangesAsync(ct);
    }

    private static async Task<(string Format, List<ReportLine>? Lines)> Read(Stream content, CancellationToken ct)
    {
        content.Position = 0;
        using var text = new StreamReader(content, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        using var table = CsvReader.Create(text, new CsvReaderOptions { HasHeader = false, TrackLineNumbers = true, MalformedData = CsvMalformedDataHandling.Throw, FieldCountMismatch = CsvFieldCountHandling.Allow }, leaveOpen: true);
        try
        {
            return await Read(table, ct);
        }
        catch (Exception error) when (error is DecoderFallbackException or OverflowException or CsvFormatException)
        {
            throw new UnreadableReportException(LineOf(table));
        }
    }

    private static async Task<(string Format, List<ReportLine>? Lines)> Read(CsvReader table, CancellationToken ct)
    {
        if (!await table.ReadAsync(ct)) throw new UnreadableReportException(1);
        var head = table.Current.ToArray();
        var (format, paypal) = PayPalReport.IsHead(head) ? (PayPalReport.Format, new PayPalReport()) : StripeReport.IsHead(head) ? (StripeReport.Format, null) : PlainReport.IsHead(head) ? (PlainReport.Format, (PayPalReport?)null) : throw new UnreadableReportException(1);
        var columns = ReportRow.Columns(head);
        var lines = new List<ReportLine>();
        while (await table.ReadAsync(ct))
        {
            if (lines.Count >= MostLines) return (format, null);
            var (cells, at) = (table.Current.ToArray(), LineOf(table));
            if (paypal is null && cells.Length < head.Length) throw new UnreadableReportException(at);
            var line = paypal is not null ? paypal.Read(cells, at) : format == StripeReport.Format ? StripeReport.Read(new ReportRow(columns, cells, at)) : PlainReport.Read(new ReportRow(columns, cells, at));
            if (line is not null) lines.Add(line);
        }
        return paypal is { IsWhole: false } ? throw new UnreadableReportException(LineOf(table)) : (format, lines);
    }

    private static int LineOf(CsvReader table) => (int)Math.Max(1, table.LineNumber);

    private static GatewayLine Row(Guid statementId, string gateway, ReportLine line) => new()
    {
        Id = Ids.Derive("fairground/gateway-line/v1", gateway, line.Kind == GatewayLineKind.Payout ? "payout" : "line", line.LineRef), StatementId = statementId, Gateway = gateway, LineRef = line.LineRef, Kind = line.Kind,
        At = line.At, Currency = line.Currency.Code, Gross = line.Gross, Fee = line.Fee, References = string.Join('\n', line.References), PayoutRef = line.Payout, About = line.About,
    };
}
