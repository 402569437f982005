create index draws_two_stage_deposit_by on draws_two_stage (deposit_by) where deposit_by is not null
