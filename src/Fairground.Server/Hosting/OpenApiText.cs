using Fairground.Kernel;
using Fairground.Kernel.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace Fairground.Server.Hosting;

/// <summary>What the OpenAPI document says besides routes and shapes: title, bearer tokens, who may call, money on the wire.</summary>
internal static class OpenApiText
{
    public static void Configure(OpenApiOptions options)
    {
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.AddDocumentTransformer((document, _, _) =>
        {
            document.Info = new OpenApiInfo
            {
                Title = "Fairground",
                Version = "v1",
                Description = "Amounts are minor units as a string beside an ISO 4217 code. Calls that move money need an Idempotency-Key. Errors are RFC 9457 problem details with a stable code.",
            };
            document.Servers = [];
            document.Components ??= new OpenApiComponents();
            document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
            document.Components.SecuritySchemes["bearer"] = new OpenApiSecurityScheme { Type = SecuritySchemeType.Http, Scheme = "bearer" };
            return Task.CompletedTask;
        });
        options.AddOperationTransformer((operation, context, _) =>
        {
            var rule = context.Description.ActionDescriptor.EndpointMetadata.OfType<AccessRule>().FirstOrDefault();
            if (rule is not null) operation.Description = $"{operation.Description} Access: {rule.Access}.".Trim();
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<PermissionRule>().FirstOrDefault() is { } open) operation.Description = $"{operation.Description} Keys with {open.Permission.Code} may call it.";
            if (context.Description.ActionDescriptor.EndpointMetadata.OfType<RecentSignInRule>().Any()) operation.Description = $"{operation.Description} Needs a sign-in of the last ten minutes; else access.confirm_identity.";
            if (rule is { Access: not Access.Public })
                operation.Security = [new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference("bearer", context.Document)] = [] }];
            return Task.CompletedTask;
        });
        options.AddSchemaTransformer((schema, context, _) =>
        {
            if (context.JsonTypeInfo.Type != typeof(Money) && context.JsonTypeInfo.Type != typeof(Money?)) return Task.CompletedTask;
            schema.Type = JsonSchemaType.Object;
            schema.Properties = new Dictionary<string, IOpenApiSchema>
            {
                ["amount"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^-?[0-9]+$", Description = "Minor units." },
                ["currency"] = new OpenApiSchema { Type = JsonSchemaType.String, Pattern = "^[A-Z]{3}$", Description = "ISO 4217." },
            };
            return Task.CompletedTask;
        });
    }
}
