create table identity_oidc_application (
    id blob not null primary key,
    organisation_id blob not null,
    made_by blob not null references identity_user (id),
    created_at integer not null,
    application_type text,
    client_id text,
    client_secret text,
    client_type text,
    concurrency_token text,
    consent_type text,
    display_name text,
    display_names text,
    json_web_key_set text,
    permissions text,
    post_logout_redirect_uris text,
    properties text,
    redirect_uris text,
    requirements text,
    settings text
)
---
create unique index identity_oidc_application_client on identity_oidc_application (client_id)
---
create index identity_oidc_application_organisation on identity_oidc_application (organisation_id)
---
create table identity_oidc_authorization (
    id blob not null primary key,
    application_id blob references identity_oidc_application (id),
    concurrency_token text,
    creation_date integer,
    properties text,
    scopes text,
    status text,
    subject text,
    type text
)
---
create index identity_oidc_authorization_subject on identity_oidc_authorization (subject, application_id, status, type)
---
create index identity_oidc_authorization_application on identity_oidc_authorization (application_id)
---
create table identity_oidc_scope (
    id blob not null primary key,
    concurrency_token text,
    description text,
    descriptions text,
    display_name text,
    display_names text,
    name text,
    properties text,
    resources text
)
---
create unique index identity_oidc_scope_name on identity_oidc_scope (name)
---
create table identity_oidc_token (
    id blob not null primary key,
    application_id blob references identity_oidc_application (id),
    authorization_id blob references identity_oidc_authorization (id),
    concurrency_token text,
    creation_date integer,
    expiration_date integer,
    payload text,
    properties text,
    redemption_date integer,
    reference_id text,
    status text,
    subject text,
    type text
)
---
create unique index identity_oidc_token_reference on identity_oidc_token (reference_id)
---
create index identity_oidc_token_subject on identity_oidc_token (subject, application_id, status, type)
---
create index identity_oidc_token_authorization on identity_oidc_token (authorization_id)
---
create index identity_oidc_token_application on identity_oidc_token (application_id)
