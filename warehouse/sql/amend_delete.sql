delete from {rollup} using difference
where {rollup}.day = difference.day and {same}
