-- Stored legs of the dialogs just told of that a source before theirs has too: within a day, for
-- nobody promises that the name of a dialog is never given again.
with told as (
    select source, leg_id, day, started_at, dialog_id
    from legs
    semi join telling using (dialog_id)
    where day in (select unnest($days))
)
select later.source, later.leg_id, later.day, min(earlier.source) as counted_in
from told as later
join told as earlier
    on earlier.dialog_id = later.dialog_id
    and earlier.source < later.source
    and earlier.started_at
        between later.started_at - interval 1 day and later.started_at + interval 1 day
group by later.source, later.leg_id, later.day
