create table notifications_wording (
    id uuid not null primary key,
    template text not null,
    language text not null,
    subject text,
    text text,
    sms text,
    made_by uuid not null,
    made_at bigint not null
)
---
create index notifications_wording_latest on notifications_wording (template, language, made_at)
