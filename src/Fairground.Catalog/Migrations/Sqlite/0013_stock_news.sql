alter table catalog_source_item add column stock_ids text not null default ''
