-- Most calls have one leg, which says all there is to say of them: only calls of several legs, and
-- those whose head has not come yet, are worth a row of their own.
alter table legs add column alone boolean default false;
comment on column legs.alone is
    'True where the leg is all of its call, which then has no row in group_calls';
alter table calls rename to group_calls;
comment on table group_calls is
    'One row per call of several legs, or without its head, derived from its legs. Head: the leg '
    'that names the call. Representative: the leg that was answered for good, else the head. '
    'Priced leg: the one of highest cost';
update legs set alone = true
from group_calls
where group_calls.legs = 1
    and group_calls.head_known
    and legs.day = group_calls.day
    and legs.source = group_calls.source
    and legs.call_id = group_calls.call_id;
delete from group_calls where legs = 1 and head_known;
