namespace Fairground.Payments.PrintDocuments;

/// <summary>How documents for paper look: they carry it themselves, because the renderer reaches nothing else.</summary>
internal static class PaperStyle
{
    public static string Css => """
        @page { size: A4; margin: 16mm; }
        body { font: 10pt/1.4 "Inter", "Noto Sans", "Noto Sans CJK KR", "Noto Sans CJK SC", sans-serif; color: #1d2140; margin: 0; }
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
        """;
}
