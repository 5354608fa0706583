insert into files values ($name, $sha256, $rows, $first_day, $last_day, $loaded_at)
