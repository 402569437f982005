using System.Globalization;
using System.Text;
using Fairground.Fairness;

namespace Fairground.Draws;

/// <summary>The receipt of a purchase (draw proof, section 7).</summary>
internal static class PurchaseReceipt
{
    /// <summary>The canonical bytes that are signed. Written out by hand because one is made for every purchase; a test holds them equal to <see cref="Receipt"/>.</summary>
    public static byte[] Payload(LotFacts lot, byte[] holder, Bought bought)
    {
        var text = new StringBuilder(320 + (bought.Numbers.Count * 40));
        text.Append("{\"at\":\"").Append(ProofTime.Format(bought.At)).Append("\",\"entries\":[");
        for (var i = 0; i < bought.Numbers.Count; i++)
        {
            if (i > 0) text.Append(',');
            text.Append("{\"number\":\"").Append(bought.Numbers[i]).Append("\",\"seq\":").Append(CultureInfo.InvariantCulture, $"{bought.FirstSeq + i}").Append('}');
        }
        text.Append("],\"holder\":\"").Append(Convert.ToHexStringLower(holder));
        text.Append("\",\"lot\":\"").Append(lot.LotText);
        text.Append("\",\"purchase\":\"").Append(bought.PurchaseId);
        text.Append("\",\"termsHash\":\"").Append(lot.TermsHash).Append("\",\"v\":1}");
        return Encoding.ASCII.GetBytes(text.ToString());
    }
}
