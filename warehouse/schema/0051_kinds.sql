-- Calls of people and calls of telephones, lines and machines are told apart.
alter table legs add column kind varchar;
comment on column legs.kind is
    'What the owner was on that day: a person, a fax …; empty for legs stored before it was kept';
alter table group_calls add column kind varchar;
comment on column group_calls.kind is 'What the owner was on that day';
alter table call_shares add column kind varchar;
comment on column call_shares.kind is 'What the charged user was on that day';
