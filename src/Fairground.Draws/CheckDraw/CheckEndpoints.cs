using System.Buffers;
using System.Text;
using Fairground.Fairness;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.EntityFrameworkCore;

namespace Fairground.Draws;

/// <summary>That one entry stands in the frozen list (draw proof, section 7).</summary>
/// <param name="Leaf">The leaf's canonical JSON.</param>
/// <param name="Path">Hashes from the leaf upward, hex.</param>
internal sealed record InclusionAnswer(int Seq, string Leaf, int Size, string Root, IReadOnlyList<string> Path);

/// <summary>What a stranger needs to check a draw: terms, proof, entries, inclusion. Public.</summary>
internal static class CheckEndpoints
{
    private const string Json = "application/json; charset=utf-8";
    private const string Lines = "text/plain; charset=utf-8";

    /// <summary><c>GET lots/{id}/terms</c>: the exact published text.</summary>
    public static async Task<IResult> Terms(Guid lotId, DrawsContext context, DrawsReader reader, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return Problems.Of(DrawsRefusals.LotNotFound);
        if (sale.TermsHash is null) return Problems.Of(DrawsRefusals.NoTerms);
        var lot = await context.Lots.AsNoTracking().FirstAsync(l => l.Id == lotId, ct);
        return Results.Text(lot.TermsJson, Json);
    }

    /// <summary><c>GET lots/{id}/proof</c>: the bundle (draw proof, section 6). Refusals: <c>lot.not_found</c>, <c>lot.not_drawn</c>.</summary>
    public static async Task<IResult> Proof(Guid lotId, DrawProofs proofs, PublicAddress address, HttpContext http, CancellationToken ct)
    {
        var entries = $"{address.Of(http)}/api/v1/lots/{lotId}/entries";
        var bundle = await proofs.Bundle(lotId, entries, ct);
        return bundle.Refused ? Problems.Of(bundle.Refusal!) : Results.Text(bundle.Value.ToJson().ToJsonString(), Json);
    }

    /// <summary><c>GET lots/{id}/entries</c>: one leaf a line, in order. Refusals: <c>lot.not_found</c>, <c>lot.not_closed</c>.</summary>
    public static async Task<IResult> Entries(Guid lotId, DrawsReader reader, HttpContext http, CancellationToken ct)
    {
        var sale = await reader.Sale(lotId, ct);
        if (sale is null) return Problems.Of(DrawsRefusals.LotNotFound);
        if (sale.Root is null) return Problems.Of(DrawsRefusals.NotClosed);
        http.Response.ContentType = Lines;
        // The list never changes again; its root names it.
        http.Response.Headers.ETag = $"\"{Convert.ToHexStringLower(sale.Root)}\"";
        var (writer, lot) = (http.Response.BodyWriter, lotId.ToString());
        await foreach (var (seq, number, holder) in reader.Entries(lotId, ct))
        {
            EntryLeaf.Write(writer, lot, seq, number, Convert.ToHexStringLower(holder));
            writer.Write("\n"u8);
            if (writer.UnflushedBytes > 32_768) await writer.FlushAsync(ct);
        }
        await writer.FlushAsync(ct);
        return Results.Empty;
    }

    /// <summary><c>GET lots/{id}/entries/{seq}/inclusion</c>. Refusals: <c>lot.not_found</c>, <c>lot.not_closed</c>, <c>lot.entry_not_found</c>.</summary>
    public static async Task<IResult> Inclusion(Guid lotId, int seq, DrawProofs proofs, CancellationToken ct)
    {
        var answer = await proofs.Inclusion(lotId, seq, ct);
        return answer.Refused ? Problems.Of(answer.Refusal!) : TypedResults.Ok(answer.Value);
    }
}
