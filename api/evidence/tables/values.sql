-- How single cells become days and amounts, in the words of DuckDB. `values.py` decides for
-- each column which sign stands before the cents and which of day and month comes first.
-- :blanks, :months, :numbers are lists that it fills in from headers.yaml.

-- Without blanks around it. Cutting signs off is slow, so it is done only where there are some.
CREATE TEMP MACRO trimmed(t) AS
    CASE
        WHEN regexp_matches(t, '^[\s\x{a0}]|[\s\x{a0}]$')
        THEN regexp_replace(t, '^[\s\x{a0}]+|[\s\x{a0}]+$', '', 'g')
        ELSE t
    END;

-- NULL where nothing stands in the cell, or a word that says so. A pattern, for a list of words
-- would need room for each of them in every column.
CREATE TEMP MACRO cell(t) AS
    CASE WHEN strlen(t) <= :longest AND regexp_full_match(t, :blanks) THEN NULL ELSE t END;

-- What stands beside a sum at the end of a sheet, or under each group of rows.
-- The cells of a row are parted by new lines.
CREATE TEMP MACRO is_total(cells) AS
    regexp_matches(
        cells,
        '(?im)^(?:(?:grand|gran|sub)[ -]?)?(?:total|totals|totales|totais|suma|soma)'
        || '(?: general| geral)? ?:?$'
    );

CREATE TEMP MACRO month_of(abc) AS map([:months], [:numbers])[abc];

CREATE TEMP MACRO lowered(t) AS lower(strip_accents(t));

-- Dates outside are placeholders, such as 0001-01-01.
CREATE TEMP MACRO in_range(d) AS
    CASE WHEN d BETWEEN DATE '1900-01-01' AND DATE '2199-12-31' THEN d END;

-- 2025-03-04, 2025/3/4, 2025-03-04T10:00:00Z
CREATE TEMP MACRO is_iso(t) AS regexp_matches(t, '^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}(?:$|[T ])');
-- 20250304
CREATE TEMP MACRO is_compact(t) AS regexp_matches(t, '^(?:19|20|21)\d{6}$');
-- 03/04/2025, 3-4-25, 03.04.2025 10:00
CREATE TEMP MACRO part(t, n) AS
    regexp_extract(t, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d\d)(?:$|[T ,])', n);
-- 4-Mar-2025, 4 de marzo de 2025, 4 março 2025
CREATE TEMP MACRO day_first(t, n) AS
    regexp_extract(
        lowered(t),
        '^(\d{1,2})(?:o? de |[- ])([a-z]{3})[a-z]{0,7}[., -]+(?:del? )?(\d{4}|\d\d)(?:$|[t ,])',
        n
    );
-- March 4, 2025
CREATE TEMP MACRO month_first(t, n) AS
    regexp_extract(lowered(t), '^([a-z]{3})[a-z]{0,7}[. ]+(\d{1,2}),? (\d{4})(?:$|[t ,])', n);

CREATE TEMP MACRO is_day(t) AS
    is_iso(t) OR part(t, 1) <> '' OR is_compact(t) OR day_first(t, 1) <> '' OR month_first(t, 1) <> '';

-- Two digits of a year are of the years 1969 to 2068.
CREATE TEMP MACRO day(y, m, d) AS
    CAST(
        CASE
            WHEN length(y) = 2 THEN try_strptime(concat(y, '-', m, '-', d), '%y-%m-%d')
            ELSE try_strptime(concat(y, '-', m, '-', d), '%Y-%m-%d')
        END AS DATE
    );
CREATE TEMP MACRO day_of(t, is_month_first) AS in_range(
    CASE
        WHEN is_iso(t) THEN CAST(
            try_strptime(regexp_replace(regexp_extract(t, '^[^T ]+'), '[/.]', '-', 'g'), '%Y-%m-%d')
            AS DATE
        )
        WHEN part(t, 1) <> '' AND is_month_first THEN day(part(t, 3), part(t, 1), part(t, 2))
        WHEN part(t, 1) <> '' THEN day(part(t, 3), part(t, 2), part(t, 1))
        WHEN is_compact(t) THEN CAST(try_strptime(t, '%Y%m%d') AS DATE)
        WHEN day_first(t, 1) <> '' THEN day(day_first(t, 3), month_of(day_first(t, 2)), day_first(t, 1))
        WHEN month_first(t, 1) <> ''
            THEN day(month_first(t, 3), month_of(month_first(t, 1)), month_first(t, 2))
    END
);

-- No city buys for more, in any currency (as in tree.py).
CREATE TEMP MACRO credible(n) AS CASE WHEN n > 0 AND n <= 1e15 THEN n END;

-- The digits of $1,234.50, R$ 1.234,50, USD 12, S/. 5, 1 234,50 €; a minus or brackets make no amount.
CREATE TEMP MACRO bare(t) AS
    regexp_replace(
        regexp_extract(
            t,
            '^(?:[A-Za-z]{0,3}[$€£₲]|[A-Za-z]{2,3}\.?|S/\.?|B/\.?|Q|L)?[\s\x{a0}]*'
            || '(\d[\d.,\s\x{a0}\x{202f}''\x{2019}]*?)'
            || '[\s\x{a0}]*(?:[A-Z]{3}|[€%]|\.-)?$',
            1
        ),
        '[\s\x{a0}\x{202f}''\x{2019}]', '', 'g'
    );
CREATE TEMP MACRO is_exponent(t) AS regexp_matches(t, '^\d(?:[.,]\d+)?[eE]\+?\d{1,2}$');

-- Comma and point change places, so that one rule serves both ways of writing.
CREATE TEMP MACRO swapped(b) AS translate(b, ',.', '.,');
-- 1,234.50  12.5  1234.567  0.125  1,234,567
CREATE TEMP MACRO has_point(b) AS
    regexp_matches(
        b,
        '^\d{1,3}(?:,\d{3})+\.\d+$|^\d+\.(?:\d{1,2}|\d{4,})$|^\d{4,}\.\d{3}$|^0\.\d+$|^\d{1,3}(?:,\d{3}){2,}$'
    );
-- 1,234: a thousand more likely than one
CREATE TEMP MACRO has_thousands(b) AS regexp_matches(b, '^\d{1,3},\d{3}$');
CREATE TEMP MACRO number(b) AS
    CASE
        WHEN regexp_matches(b, '^\d{1,3}(?:,\d{3})*(?:\.\d+)?$|^\d+(?:\.\d+)?$')
        THEN TRY_CAST(replace(b, ',', '') AS DOUBLE)
    END;
-- Most amounts are plain numbers. A cell that can only be meant the other way round is read so.
CREATE TEMP MACRO amount_of(t, is_comma) AS credible(
    CASE
        WHEN NOT is_comma AND TRY_CAST(t AS DOUBLE) IS NOT NULL THEN TRY_CAST(t AS DOUBLE)
        WHEN is_exponent(t) THEN TRY_CAST(replace(t, ',', '.') AS DOUBLE)
        WHEN has_point(bare(t)) THEN number(bare(t))
        WHEN is_comma OR has_point(swapped(bare(t))) THEN number(swapped(bare(t)))
        ELSE number(bare(t))
    END
);

-- More bidders than this are a slip.
CREATE TEMP MACRO few(n) AS CASE WHEN n BETWEEN 0 AND 10000 THEN n END;
CREATE TEMP MACRO count_of(t) AS
    few(TRY_CAST(nullif(regexp_extract(t, '^(\d{1,5})(?:[.,]0+)?$', 1), '') AS INT));
