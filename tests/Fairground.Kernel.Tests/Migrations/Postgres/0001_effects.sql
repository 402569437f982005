create table effects_row (id uuid not null primary key, consumer text not null, event_id uuid not null)
