using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Http;

namespace Fairground.Notifications.KeepWebhooks;

/// <summary>A page about the webhooks of the shop in its address, for the owner; or of the operator, where no shop is named.</summary>
public abstract class HookPage : ComponentBase
{
    /// <summary>The shop in the address, or null.</summary>
    [Parameter] public Guid? ShopId { get; set; }

    [CascadingParameter] protected HttpContext Http { get; set; } = null!;

    [Inject] private IShopAccess Shops { get; set; } = null!;

    [Inject] private IGoods Goods { get; set; } = null!;

    [Inject] private IRecentSignIn Recent { get; set; } = null!;

    /// <summary>Whose webhooks these are, in words; null where the visitor may not see them.</summary>
    protected string? Whose { get; private set; }

    /// <summary>Why secrets are not shown now; null where the visitor proved a moment ago who they are.</summary>
    protected Refusal? Unconfirmed { get; private set; }

    protected string Home => ShopId is { } shop ? $"/shop/{shop}/office/webhooks" : "/office/webhooks";

    /// <summary>Where the visitor proves who they are, and comes back from.</summary>
    protected string ConfirmHref => $"/account/confirm?returnUrl={Uri.EscapeDataString($"{Http.Request.Path}{Http.Request.QueryString}")}";

    /// <summary>True where the visitor may see the page; else the answer's status is set.</summary>
    protected async Task<bool> Open()
    {
        var ct = Http.RequestAborted;
        var may = ShopId is { } id ? await Shops.MayAct(Http.User, id, Access.ShopOwner, ct) : Http.User.IsOperator();
        var shop = may && ShopId is { } known ? await Goods.FindShop(known, ct) : null;
        if (!may || (ShopId is not null && shop is null))
        {
            Http.Response.StatusCode = may ? StatusCodes.Status404NotFound : StatusCodes.Status403Forbidden;
            return false;
        }
        Whose = shop?.Name ?? T["The whole market"];
        Unconfirmed = await Recent.Check(Http.User, ct);
        return true;
    }
}
