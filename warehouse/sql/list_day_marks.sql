select day_marks.day, day_marks.mark, coalesce(sums.calls, 0)::bigint as calls
from day_marks
left join (select day, sum(calls) as calls from day_totals group by day) as sums using (day)
order by day
