insert into {rollup} by name
from difference anti join {rollup} on {rollup}.day = difference.day and {same}
