using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Files;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ui;
using Microsoft.AspNetCore.Routing;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Delivery;

/// <summary>What was sold reaches its buyer: addresses, parcels, carriers, couriers, the counter, approval and disputes (D-22, D-23, D-25). For every way of selling.</summary>
public sealed class DeliveryModule : IModule
{
    public string Name => "delivery";

    public IReadOnlyList<RefusalKind> Refusals { get; } =
        RefusalList.Of(typeof(DeliveryRefusals), typeof(AddressRefusals), typeof(ShipmentRefusals), typeof(CarrierRefusals), typeof(CourierRefusals), typeof(DisputeRefusals), typeof(CounterRefusals), typeof(DeliveryHolds));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        foreach (var permission in DeliveryPermissions.All) services.AddSingleton(permission);
        foreach (var told in DeliveryPublicEvents.All) services.AddSingleton(told);
        services.AddDbContext<DeliveryContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        services.AddSingleton(Carriers.From(configuration));
        services.AddSingleton(new CarrierReach { AllowPrivate = configuration["FAIRGROUND_ALLOW_PRIVATE_CARRIERS"] == "1" });
        services.AddSingleton<CarrierHttp>();
        services.AddSingleton(LabelFonts.From(configuration));
        services.AddSingleton<LabelPdf>();
        services.AddSingleton<RecipientCodes>();
        services.AddSingleton<INavigation, DeliveryNavigation>();
        services.AddSingleton<IEventConsumer, OpenHandovers>();
        services.AddSingleton<IEventConsumer, DeliveryAnnouncements>();
        services.AddSingleton<IAuditCheck, DeliveryAudit>();
        services.AddSingleton<IFileReferences>(provider => new ColumnReferences(provider.GetRequiredService<Database>(), ["delivery_news.file_id", "delivery_evidence.file_id"]));
        services.AddScoped<IPersonalData, DeliveryData>();
        services.AddScoped<SealedWords>();
        services.AddScoped<AddressBook>();
        services.AddScoped<DeliveryViews>();
        services.AddScoped<IHandovers>(provider => provider.GetRequiredService<DeliveryViews>());
        services.AddScoped<WayChoice>();
        services.AddScoped<ParcelFollower>();
        services.AddScoped<ShippingDesk>();
        services.AddScoped<Labels>();
        services.AddScoped<CourierDesk>();
        services.AddScoped<CounterCodes>();
        services.AddScoped<IClaimTaker, CounterTaker>();
        services.AddScoped<Approvals>();
        services.AddScoped<DisputeDesk>();
        services.AddScoped<DeliveryShops>();
        services.AddScoped<DueHandovers>();
        services.AddScoped<CarrierPolling>();
        services.AddHostedService<DeliveryClock>();
        services.AddHostedService<CarrierClock>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        AddressEndpoints.Map(api);
        MyDeliveryEndpoints.Map(api);
        ShipmentEndpoints.Map(api);
        CarrierEndpoints.Map(api);
        CourierEndpoints.Map(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        MyDeliveryEndpoints.MapRoot(root);
        ShipmentEndpoints.MapRoot(root);
        EvidenceForm.Map(root);
    }
}
