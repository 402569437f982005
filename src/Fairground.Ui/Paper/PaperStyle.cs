namespace Fairground.Ui.Paper;

/// <summary>How documents for paper look: they carry it themselves, because the renderer reaches nothing else.</summary>
public static class PaperStyle
{
    /// <summary>Where nothing may be fetched from; for a meta element of the policy's name.</summary>
    public const string Policy = "default-src 'none'; style-src 'unsafe-inline'";

    public static string Css => """
        @page { size: A4; margin: 16mm; @bottom-right { content: counter(page) " / " counter(pages); font: 8pt sans-serif; color: #444; } }
        body { font: 10pt/1.4 "Inter", "Noto Sans", "Noto Sans CJK KR", "Noto Sans CJK SC", sans-serif; color: #000; background: #fff; margin: 0; }
        h1 { font-size: 18pt; margin: 0 0 4pt; }
        .who { margin: 0 0 12pt; color: #444; }
        table { width: 100%; border-collapse: collapse; margin: 0 0 14pt; font-variant-numeric: tabular-nums; }
        th, td { text-align: left; padding: 4pt 6pt; border-bottom: 0.5pt solid #bbb; vertical-align: top; }
        thead { display: table-header-group; }
        tr { break-inside: avoid; }
        td span { color: #444; }
        .end { text-align: right; white-space: nowrap; }
        .sums { width: auto; min-width: 60%; }
        .foot { color: #444; }
        .paper-head { display: flex; justify-content: space-between; align-items: flex-start; margin: 0 0 16pt; }
        .paper-head h1 { font-size: 20pt; }
        .paper-code { font-size: 12pt; font-weight: 600; white-space: nowrap; font-variant-numeric: tabular-nums; }
        .paper-parties { display: flex; margin: 0 0 16pt; }
        .paper-parties > div { flex: 1 1 0; padding-right: 24pt; }
        .paper-parties h2 { font-size: 8.5pt; font-weight: 600; color: #444; margin: 0 0 2pt; }
        .paper-parties p { margin: 0; }
        .paper-facts { margin: 0 0 14pt; }
        .paper-facts div, .paper-facts dt, .paper-facts dd { display: inline; margin: 0; }
        .paper-facts dt { color: #444; }
        .paper-facts dd { margin: 0 24pt 0 6pt; }
        .paper-total td { font-weight: 700; border-bottom: 1.5pt solid #000; }
        .paper-sums { margin-left: auto; width: 60%; }
        .paper-hash { font-size: 7.5pt; color: #444; overflow-wrap: anywhere; }
        """;
}
