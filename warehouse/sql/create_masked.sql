-- A number with its last digits hidden. An address is none; but a number may be written like one.
create or replace macro main.masked(number, digits) as
    case
        when contains(number, '@') and not regexp_matches(number, '^[+0-9]') then number
        else list_transform(
            [regexp_replace(regexp_extract(number, '^[^;@]*'), '[^+0-9A-Za-z*#]', '', 'g')],
            lambda n: concat(
                left(n, greatest(length(n) - digits, 0)), repeat('x', least(length(n), digits))
            )
        )[1]
    end
