alter table kernel_dead_letter add column replay_at bigint
---
alter table kernel_dead_letter add column event_at bigint
---
create index kernel_dead_letter_replay on kernel_dead_letter (replay_at) where replay_at is not null
---
create index kernel_dead_letter_at on kernel_dead_letter (at)
