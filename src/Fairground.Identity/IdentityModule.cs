using Fairground.Identity.AcceptSignIn;
using Fairground.Identity.ActAs;
using Fairground.Identity.AdministerPeople;
using Fairground.Identity.AllowApplications;
using Fairground.Identity.AppointStaff;
using Fairground.Identity.ChangeContact;
using Fairground.Identity.CheckRequest;
using Fairground.Identity.ChooseLanguage;
using Fairground.Identity.ChoosePassword;
using Fairground.Identity.ConfirmIdentity;
using Fairground.Identity.EditProfile;
using Fairground.Identity.EndSessions;
using Fairground.Identity.ErasePerson;
using Fairground.Identity.ExportData;
using Fairground.Identity.FoundOrganisation;
using Fairground.Identity.GiveConsent;
using Fairground.Identity.GiveSignIn;
using Fairground.Identity.InviteMembers;
using Fairground.Identity.LimitTries;
using Fairground.Identity.IssueKeys;
using Fairground.Identity.JoinAccounts;
using Fairground.Identity.KeepMembers;
using Fairground.Identity.KeepAudit;
using Fairground.Identity.KeepSafe;
using Fairground.Identity.Recover;
using Fairground.Identity.RefreshSession;
using Fairground.Identity.Register;
using Fairground.Identity.RegisterApplications;
using Fairground.Identity.RememberDevices;
using Fairground.Identity.RememberVisits;
using Fairground.Identity.SendCodes;
using Fairground.Identity.SetUpServer;
using Fairground.Identity.SignIn;
using Fairground.Identity.SignInByCode;
using Fairground.Identity.TellOthers;
using Fairground.Identity.UseAuthenticator;
using Fairground.Identity.UsePasskeys;
using Fairground.Kernel;
using Fairground.Kernel.Contracts;
using Fairground.Kernel.Http;
using Fairground.Kernel.Keys;
using Fairground.Kernel.Modules;
using Fairground.Kernel.Storage;
using Fairground.Ui;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Fairground.Identity;

/// <summary>People: registration, sign-in, sessions, roles (C-01, C-02, C-03, C-05).</summary>
public sealed class IdentityModule : IModule
{
    public string Name => "identity";

    public IReadOnlyList<RefusalKind> Refusals { get; } = RefusalList.Of(typeof(PeopleRefusals), typeof(AdministerRefusals), typeof(DataRefusals), typeof(OrganisationRefusals), typeof(SignInRefusals));

    public void AddServices(IServiceCollection services, IConfiguration configuration)
    {
        services.AddDbContext<IdentityContext>((provider, options) => provider.GetRequiredService<Database>().Configure(options));
        AddAccounts(services, configuration["FAIRGROUND_DEV_INBOX"] == "1");
        AddChecking(services);
        services.AddSingleton<PeopleBook>();
        services.AddSingleton<IPeople>(provider => provider.GetRequiredService<PeopleBook>());
        services.AddSingleton<IInsiders, Insiders>();
        services.AddSingleton<IContacts, Contacts>();
        services.AddSingleton(_ => SmsSettings.From(configuration));
        services.AddSingleton<SendingLimits>();
        services.AddSingleton<OneTimeCodes>();
        services.AddSingleton<SessionAnswers>();
        services.AddSingleton(provider => new SetupToken(provider.GetRequiredService<ServerSecrets>(), provider.GetRequiredService<RoleBook>()));
        services.AddScoped<WrongPasswords>();
        services.AddScoped<RegisterPerson>();
        services.AddScoped<ConfirmRegistration>();
        services.AddScoped<SignInPerson>();
        AddWaysIn(services);
        AddOrganisations(services);
        AddSingleSignOn(services);
        if (OutsideProvider.From(configuration) is { } outside)
        {
            services.AddSingleton(outside);
            outside.Add(new AuthenticationBuilder(services));
        }
        services.AddScoped<SessionRefresher>();
        services.AddScoped<SessionEnder>();
        services.AddScoped<Profiles>();
        services.AddScoped<ChosenLanguages>();
        services.AddSingleton<ReadersLanguage>();
        services.AddSingleton<IConfigureOptions<RequestLocalizationOptions>, LocalizationSettings>();
        services.AddScoped<FirstOperator>();
        services.AddSingleton<INavigation, PeopleNavigation>();
        AddAdministration(services);
        AddPersonalData(services, configuration);
        services.AddHostedService<OperatorAtStart>();
        services.AddHostedService<Forget>();
    }

    public void MapApi(IEndpointRouteBuilder api)
    {
        RegistrationEndpoints.Map(api);
        SessionEndpoints.Map(api);
        CodeSignInEndpoints.Map(api);
        RecoveryEndpoints.Map(api);
        PasskeyEndpoints.Map(api);
        MeEndpoints.Map(api);
        SecurityEndpoints.Map(api);
        PasswordEndpoints.Map(api);
        ConfirmIdentityEndpoints.Map(api);
        AuthenticatorEndpoints.Map(api);
        ContactChangeEndpoints.Map(api);
        KeyEndpoints.Map(api);
        PeopleEndpoints.Map(api);
        AuditEndpoints.Map(api);
        OrganisationEndpoints.Map(api);
        MemberEndpoints.Map(api);
        InvitationEndpoints.Map(api);
        AppointEndpoint.Map(api);
        ApplicationEndpoints.Map(api);
        AllowanceEndpoints.Map(api);
        ExportEndpoints.Map(api);
        ErasureEndpoints.Map(api);
        JoinEndpoints.Map(api);
        ConsentEndpoints.Map(api);
        VisitEndpoints.Map(api);
    }

    public void MapRoot(IEndpointRouteBuilder root)
    {
        SignOutPage.Map(root);
        LanguageEndpoints.MapRoot(root);
        OidcEndpoints.Map(root);
        PeopleEndpoints.MapRoot(root);
        OutsideEndpoints.Map(root);
        ExportEndpoints.MapRoot(root);
    }

    // Where everybody may read everybody's codes a slow hash protects nobody, and a trial with thousands of people would only wait for it.
    // Each hash carries its count: the first sign-in without the inbox makes it anew.
    private const int IterationsWithDevInbox = 1_000;

    private static void AddAccounts(IServiceCollection services, bool devInbox)
    {
        if (devInbox) services.Configure<PasswordHasherOptions>(options => options.IterationCount = IterationsWithDevInbox);
        services.AddIdentityCore<FairgroundUser>(options =>
        {
            options.User.AllowedUserNameCharacters = "";
            options.Password.RequiredLength = 8;
            options.Password.RequiredUniqueChars = 3;
            options.Password.RequireDigit = false;
            options.Password.RequireLowercase = false;
            options.Password.RequireUppercase = false;
            options.Password.RequireNonAlphanumeric = false;
            options.Lockout.MaxFailedAccessAttempts = 5;
            options.Lockout.DefaultLockoutTimeSpan = TimeSpan.FromMinutes(5);
        }).AddUserStore<PersonStore>();
        services.AddScoped(provider => (PersonStore)provider.GetRequiredService<IUserStore<FairgroundUser>>());
        services.Replace(ServiceDescriptor.Singleton<ILookupNormalizer, ContactNormalizer>());
        // Stateless, and shared by the gate that counts cores.
        services.Replace(ServiceDescriptor.Singleton<IPasswordHasher<FairgroundUser>, PasswordHasher<FairgroundUser>>());
        services.AddSingleton<Passwords>();
        services.AddScoped<PasswordRules>();
    }

    private static void AddWaysIn(IServiceCollection services)
    {
        services.AddScoped<CodeDesk>();
        services.AddScoped<CodeGuesses>();
        services.AddScoped<Entrance>();
        services.AddScoped<SecondStep>();
        services.AddScoped<BrowserSignIn>();
        services.AddScoped<SecondFactors>();
        services.AddScoped<Devices>();
        services.AddScoped<CodeSignIn>();
        services.AddScoped<AccountRecovery>();
        services.AddScoped<ChangePassword>();
        services.AddScoped<AuthenticatorSetup>();
        services.AddScoped<IPasskeyHandler<FairgroundUser>, PasskeyHandler<FairgroundUser>>();
        services.AddSingleton<IConfigureOptions<IdentityPasskeyOptions>, PasskeySettings>();
        services.AddScoped<Passkeys>();
        services.AddScoped<ContactChanges>();
        services.AddHostedService<ApplyChanges>();
        services.AddScoped<IRecentSignIn, RecentSignIn>();
        services.AddScoped<IdentityConfirmer>();
        services.AddScoped<AccountSecurity>();
        services.AddSingleton<PermissionBook>();
        services.AddSingleton<KeyBook>();
        services.AddScoped<ApiKeys>();
    }

    private static void AddSingleSignOn(IServiceCollection services)
    {
        OidcServer.Add(services);
        services.AddScoped<Claimants>();
        services.AddScoped<Consents>();
        services.AddScoped<Applications>();
        services.AddScoped<OutsideLogins>();
    }

    private static void AddOrganisations(IServiceCollection services)
    {
        services.AddScoped<Members>();
        services.AddScoped<Invitations>();
        services.AddScoped<Appointments>();
        services.AddScoped<Foundations>();
        services.AddSingleton<RoleWords>();
        foreach (var permission in IdentityPermissions.All) services.AddSingleton(permission);
    }

    private static void AddAdministration(IServiceCollection services)
    {
        services.AddSingleton<AuditBook>();
        services.AddSingleton<IAuditTrail>(provider => provider.GetRequiredService<AuditBook>());
        services.AddScoped<AuditReader>();
        services.AddScoped<IAuditCheck, AuditChain>();
        services.AddScoped<PersonSearch>();
        services.AddScoped<Looks>();
        services.AddScoped<ILooks>(provider => provider.GetRequiredService<Looks>());
        services.AddScoped<PersonDesk>();
        services.AddSingleton<ActingCookie>();
        services.AddScoped<Acting>();
        services.AddSingleton<INotice, ActingNotice>();
    }

    private static void AddPersonalData(IServiceCollection services, IConfiguration configuration)
    {
        services.AddScoped<IPersonalData, IdentityData>();
        services.AddScoped<DataExport>();
        services.AddSingleton(ErasureSettings.From(configuration));
        services.AddSingleton<ErasedList>();
        services.AddScoped<IdentityEraser>();
        services.AddScoped<Erasures>();
        services.AddSingleton<ErasureWorker>();
        services.AddHostedService(provider => provider.GetRequiredService<ErasureWorker>());
        services.AddHostedService<EraseAgain>();
        services.AddScoped<Joinings>();
        var days = VisitSettings.Read(configuration);
        services.AddSingleton(provider => new VisitSettings(days, provider.GetServices<IJurisdiction>()));
        services.AddSingleton<VisitBook>();
        services.AddSingleton<IVisits>(provider => provider.GetRequiredService<VisitBook>());
        services.AddHostedService(provider => provider.GetRequiredService<VisitBook>());
        services.AddScoped<MyVisits>();
        services.AddSingleton<ConsentBook>();
        services.AddSingleton<IConsents>(provider => provider.GetRequiredService<ConsentBook>());
        services.AddHostedService<JoinWorker>();
        services.AddScoped<IAuditCheck, ErasureAudit>();
    }

    private static void AddChecking(IServiceCollection services)
    {
        services.AddSingleton<SessionTokens>();
        services.AddSingleton<EndedSessions>();
        services.AddSingleton<RoleBook>();
        services.AddSingleton<IShopAccess>(provider => provider.GetRequiredService<RoleBook>());
        services.AddSingleton<IOrganisations>(provider => provider.GetRequiredService<RoleBook>());
        services.AddSingleton<BrowserCookie>();
        services.AddHostedService<KeepFresh>();
        // The framework notes every visitor who is not signed in, under the handler's own name.
        services.AddLogging(logging => logging.AddFilter(typeof(SessionHandler).FullName, LogLevel.Warning));
        services.AddAuthentication(SessionHandler.SchemeName)
            .AddScheme<AuthenticationSchemeOptions, SessionHandler>(SessionHandler.SchemeName, null);
        services.AddAuthorizationBuilder()
            .AddPolicy(Policies.Operator, policy => policy.RequireAuthenticatedUser().RequireClaim(FairgroundClaims.Operator, "1").AddRequirements(new KeyMayCall()))
            .AddPolicy(Policies.Shop, policy => policy.RequireAuthenticatedUser().AddRequirements(new KeyMayCall()).RequireAssertion(context =>
                context.User.IsOperator() || context.User.HasClaim(FairgroundClaims.Shop, "1")))
            .SetDefaultPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().AddRequirements(new KeyMayCall()).Build());
    }
}
