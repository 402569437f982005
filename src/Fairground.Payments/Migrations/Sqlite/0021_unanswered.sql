create index payments_payment_unanswered on payments_payment (created_at) where state = 3 and method_id is not null and pay_url is null
