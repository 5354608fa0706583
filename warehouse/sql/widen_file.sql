update files
set
    first_day = least(coalesce(first_day, $first), $first),
    last_day = greatest(coalesce(last_day, $last), $last)
where name = $name and sha256 = $sha256
