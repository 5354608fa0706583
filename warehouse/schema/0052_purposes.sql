-- Private calls are told from those of the company, and calls for a client or project by their code.
alter table legs add column account_code varchar;
comment on column legs.account_code is 'What the caller keyed in for whoever the call is for';
alter table legs add column purpose varchar;
comment on column legs.purpose is 'business or private; empty where nobody said what is private';
alter table group_calls add column account_code varchar;
comment on column group_calls.account_code is 'That of the representative leg';
alter table group_calls add column purpose varchar;
comment on column group_calls.purpose is 'That of the representative leg';
alter table call_shares add column account_code varchar;
comment on column call_shares.account_code is 'That of the legs';
alter table call_shares add column purpose varchar;
comment on column call_shares.purpose is 'That of the legs';
