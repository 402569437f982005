create table effects_row (id blob not null primary key, consumer text not null, event_id blob not null) without rowid
