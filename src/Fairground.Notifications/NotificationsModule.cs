using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Messaging;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Notifications.ChangeWords;
using Fairground.Notifications.ChoosePreferences;
using Fairground.Notifications.DevInbox;
using Fairground.Notifications.KeepPersonalData;
using Fairground.Notifications.KeepWebhooks;
using Fairground.Notifications.PreviewMessages;
using Fairground.Notifications.PushToBrowsers;
using Fairground.Notifications.ReachMessengers;
using Fairground.Notifications.ReadMessages;
using Fairground.Notifications.ReplayLetters;
using Fairground.Notifications.SendDigests;
using Fairground.Notifications.SendMessages;
using Fairground.Notifications.SendWebhooks;
using Fairground.Notifications.TakeMessages;
using Fairground.Notifications.WriteMessages;
using Fairground.Ui;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Fairground.Notifications;

/// <summary>Messages to people: by e-mail, SMS, push and messenger, on their page, and in the development inbox (C-20, C-26, C-28, D-27).</summary>
public sealed class NotificationsModule : IModule
{
    public string Name => "notifications";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(NotificationRefusals), typeof(WordingRefusals), typeof(WebhookRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        var options = NotificationsOptions.From(configuration);
        services.AddSingleton(options);
        services.AddDbContext<NotificationsContext>((provider, o) => provider.GetRequiredService<Database>().Configure(o));
        // In development nothing leaves the machine, even where a mail server is named.
        if (options.DevInbox) services.AddSingleton<IMessageSender, DevInboxSender>();
        else
        {
            if (options.Smtp is { } smtp) services.AddSingleton(smtp).AddSingleton<IMessageSender, SmtpSender>();
            if (options.Sms is { } sms) services.AddSingleton(sms).AddSingleton<IMessageSender, SmsSender>();
        }
        services.AddSingleton<TemplateBook>();
        services.AddHttpContextAccessor();
        services.AddScoped<MessageDesk>();
        services.AddSingleton<IMessages, MessageIntake>();
        services.AddHostedService<LinksAtStart>();
        services.AddSingleton<SendWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<SendWorker>());
        services.AddScoped<MessageReader>();
        services.AddSingleton<IAuditCheck, NotificationsAudit>();
        services.AddSingleton<INavigation, MessagesNavigation>();
        services.AddScoped<MessageChoices>();
        services.AddScoped<IPersonalData, NotificationsData>();
        services.AddSingleton<UnsubscribeLinks>();
        services.AddScoped<GivenUpMessages>();
        services.AddSingleton<LiveUnread>();
        services.AddSingleton(new PushReach { AllowPrivate = configuration["FAIRGROUND_ALLOW_PRIVATE_PUSH"] == "1" });
        services.AddSingleton<VapidKey>();
        services.AddSingleton<DigestWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<DigestWorker>());
        services.AddSingleton<PushWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<PushWorker>());
        AddMessengers(services);
        AddWebhooks(services, configuration);
    }

    private static void AddMessengers(IServiceCollection services)
    {
        services.AddScoped<MessengerDesk>();
        services.AddScoped<TelegramHook>();
        services.AddSingleton<TelegramClient>();
        services.AddSingleton<MessengerWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<MessengerWorker>());
    }

    private static void AddWebhooks(IServiceCollection services, IConfiguration configuration)
    {
        services.AddSingleton(new WebhookReach { AllowPrivate = configuration["FAIRGROUND_ALLOW_PRIVATE_WEBHOOKS"] == "1" });
        services.AddSingleton(WebhookPermissions.Keep);
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookCall>();
        services.AddSingleton<WebhookFeed>();
        services.AddSingleton<IEventConsumer>(provider => provider.GetRequiredService<WebhookFeed>());
        services.AddSingleton<WebhookSender>();
        services.AddHostedService(provider => provider.GetRequiredService<WebhookSender>());
        services.AddScoped<WebhookDesk>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        api.MapGet("me/messages", ReadMessagesEndpoint.List).WithAccess(Access.SignedIn).WithTags("Messages").WithSummary("My messages, newest first");
        api.MapPost("me/messages/{id:guid}/read", ReadMessagesEndpoint.MarkRead).WithAccess(Access.SignedIn).WithTags("Messages").WithSummary("Mark a message read");
        api.MapGet("me/messages/live", LiveUnread.Watch).WithAccess(Access.SignedIn).WithName("WatchMyMessages").WithTags("Messages").WithSummary("How many messages are unread, live as server-sent events.");
        ChoiceEndpoints.Map(api);
        PushEndpoints.Map(api);
        MessengerEndpoints.Map(api);
        TemplateEndpoints.Map(api);
        GivenUpMessages.Map(api);
        WebhookEndpoints.Map(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        root.MapGet("/dev/inbox", DevInboxEndpoint.Handle).WithAccess(Access.Public).ExcludeFromDescription();
        root.MapGet("/office/messages/{key}/mail", TemplateEndpoints.Mail).WithAccess(Access.Operator).ExcludeFromDescription();
        MessengerEndpoints.MapHook(root);
        root.MapGet("/unsubscribe/{token}", UnsubscribeEndpoint.Show).WithAccess(Access.Public).ExcludeFromDescription();
        // Whoever has the link may: a mail program posts without a session, so there is no form token to check.
        root.MapPost("/unsubscribe/{token}", UnsubscribeEndpoint.Stop).WithAccess(Access.Public).ExcludeFromDescription().DisableAntiforgery();
    }
}
