create table notifications_wording (
    id blob not null primary key,
    template text not null,
    language text not null,
    subject text,
    text text,
    sms text,
    made_by blob not null,
    made_at integer not null
) without rowid
---
create index notifications_wording_latest on notifications_wording (template, language, made_at)
