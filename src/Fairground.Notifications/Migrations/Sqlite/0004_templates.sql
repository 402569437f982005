alter table notifications_message add column short_text text
---
alter table notifications_message add column template text not null default ''
---
alter table notifications_message add column language text not null default 'en'
---
alter table notifications_message add column about_path text
---
alter table notifications_message add column about_title text
