using Fairground.Kernel;

namespace Fairground.Payments.TopUpByItself;

/// <summary>Has companies forget ways of paying.</summary>
internal static class ForgetMethod
{
    /// <summary>The company shall keep nothing of it, also where its person agreed there and never came back. Refusals: the gateway's own; a company that is switched off is not asked.</summary>
    public static async Task<Refusal?> Forget(this IEnumerable<IPaymentGateway> gateways, SavedMethod method, CancellationToken ct)
    {
        if (gateways.OfType<ISavesMethods>().FirstOrDefault(g => g.Name == method.Gateway) is not { } keeper) return null;
        var token = method.Token;
        if (token is null)
        {
            // Kept there, and nobody has asked yet: without this its name would be lost, and the company would keep it for good.
            var read = await keeper.ReadSaving(new SavingOrder(method.Id, Currency.Of(method.Currency), "", method.SetupRef), ct);
            if (read.Refusal is { } unread) return unread;
            token = read.Value.Token;
        }
        return token is null ? null : (await keeper.Forget(token, ct)).Refusal;
    }
}
