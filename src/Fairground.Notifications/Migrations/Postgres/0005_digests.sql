alter table notifications_message add column digest integer not null default 0
---
alter table notifications_preference add column digest_at integer
---
create index notifications_message_collected on notifications_message (user_id, next_try_at) where digest = 1 and state = 0
