update {rollup} set {changes}
from difference
where {rollup}.day = difference.day and {same}
