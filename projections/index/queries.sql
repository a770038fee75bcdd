-- What the index is asked. Each statement stands whole and can be pasted into sqlite3 or psql with
-- its parameters set; where the databases differ, both stand here, the one after the other.
--
-- :negotiation, :known, :seq, :valid and :audience are the basis (:audience is a bit: 1 public,
-- 2 press, 4 staff). Instants are microseconds since 1970. Item columns are in the order of Item.

-- OFFSET 0 keeps PostgreSQL from reading a whole table for a few of its rows, of which it may expect
-- thousands.

-- name: start
-- Where the log, one negotiation of it and the index stand; zone is null where it is unknown. The
-- last column tells whether :audience can see anything of it :now, or could before it was voided.
SELECT
    n.zone, n.last_seq, h.size, h.last_recorded_at, coalesce(t.notification_id, 0),
    EXISTS (SELECT 1 FROM cell c WHERE c.negotiation = :negotiation AND c.kind = '@same-as'),
    EXISTS (
        SELECT 1
        FROM version v
        WHERE v.negotiation = :negotiation
            AND v.known_at > :never AND v.known_from <= :now
            AND v.audiences & :audience <> 0
    )
FROM head h
LEFT JOIN negotiation n ON n.slug = :negotiation
LEFT JOIN tracking t ON t.application_name = 'index 21';

-- name: seen
-- The negotiations of which :audience can see anything :now, or could.
SELECT n.slug
FROM negotiation n
WHERE EXISTS (
    SELECT 1
    FROM version v
    WHERE v.negotiation = n.slug
        AND v.known_at > :never AND v.known_from <= :now
        AND v.audiences & :audience <> 0
)
ORDER BY n.slug;

-- name: cell_rows on sqlite
-- The newest placements of each of some cells of a kind, :page_size a cell. {keys} is the inserted
-- part: which keys the cells have.
-- :latest bounds the last moment: :valid, or the greatest integer where possible ones count.
SELECT
    c.key, p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail,
    p.answer, v.body, v.rests, w.rests
FROM cell c
JOIN placement p ON p.id IN (
    SELECT o.id
    FROM placement o
    WHERE o.cell = c.id
        AND o.last <= :latest
        AND o.lo <= :valid
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
    ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC, o.part DESC
    LIMIT :page_size
)
LEFT JOIN version v ON v.id = CASE WHEN :with_json THEN p.version END
LEFT JOIN version w ON w.id = CASE WHEN :with_json THEN p.partner END
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys};

-- name: cell_rows on postgres
SELECT
    c.key, p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail,
    p.answer, v.body, v.rests, w.rests
FROM cell c
JOIN LATERAL (
    SELECT o.*
    FROM placement o
    WHERE o.cell = c.id
        AND o.last <= :latest
        AND o.lo <= :valid
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
    ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC, o.part DESC
    LIMIT :page_size
) p ON true
LEFT JOIN version v ON v.id = CASE WHEN :with_json THEN p.version END
LEFT JOIN version w ON w.id = CASE WHEN :with_json THEN p.partner END
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys};

-- name: runs_before on sqlite
-- Of each of some cells of a kind the newest placement before a place in tie order, a JSON list of
-- [key, last, lo, known_at, seq, part, mark, answer], that has another mark or answer.
WITH x (key, last, lo, known_at, seq, part, mark, answer) AS MATERIALIZED (
    SELECT
        json_extract(w.value, '$[0]'),
        json_extract(w.value, '$[1]'),
        json_extract(w.value, '$[2]'),
        json_extract(w.value, '$[3]'),
        json_extract(w.value, '$[4]'),
        json_extract(w.value, '$[5]'),
        json_extract(w.value, '$[6]'),
        json_extract(w.value, '$[7]')
    FROM json_each(:places) w
)
SELECT
    c.key, p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail,
    p.answer, NULL, NULL, NULL
FROM x
CROSS JOIN cell c ON c.negotiation = :negotiation AND c.kind = :kind AND c.key = x.key
CROSS JOIN placement p ON p.id = (
    SELECT o.id
    FROM placement o
    WHERE o.cell = c.id
        AND (o.last, o.lo, o.known_at, o.seq, o.part) < (x.last, x.lo, x.known_at, x.seq, x.part)
        AND o.last <= :valid AND o.lo <= :valid
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
        AND (o.mark IS NOT x.mark OR o.answer IS NOT x.answer)
    ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC, o.part DESC
    LIMIT 1
);

-- name: runs_before on postgres
SELECT
    c.key, p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail,
    p.answer, NULL, NULL, NULL
FROM (
    SELECT
        w.value ->> 0 AS key,
        CAST(w.value ->> 1 AS bigint) AS last,
        CAST(w.value ->> 2 AS bigint) AS lo,
        CAST(w.value ->> 3 AS bigint) AS known_at,
        CAST(w.value ->> 4 AS bigint) AS seq,
        CAST(w.value ->> 5 AS bigint) AS part,
        w.value ->> 6 AS mark,
        w.value ->> 7 AS answer
    FROM jsonb_array_elements(CAST(:places AS jsonb)) w
    OFFSET 0
) x
CROSS JOIN LATERAL (
    SELECT c.id, c.key
    FROM cell c
    WHERE c.negotiation = :negotiation AND c.kind = :kind AND c.key = x.key
    OFFSET 0
) c
CROSS JOIN LATERAL (
    SELECT o.*
    FROM placement o
    WHERE o.cell = c.id
        AND (o.last, o.lo, o.known_at, o.seq, o.part) < (x.last, x.lo, x.known_at, x.seq, x.part)
        AND o.last <= :valid AND o.lo <= :valid
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
        AND (o.mark IS DISTINCT FROM x.mark OR o.answer IS DISTINCT FROM x.answer)
    ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC, o.part DESC
    LIMIT 1
) p;

-- name: oldest_after on sqlite
-- Of each of some cells of a kind the oldest placement after a place in tie order, a JSON list of
-- [key, last, lo, known_at, seq, part].
WITH x (key, last, lo, known_at, seq, part) AS MATERIALIZED (
    SELECT
        json_extract(w.value, '$[0]'),
        json_extract(w.value, '$[1]'),
        json_extract(w.value, '$[2]'),
        json_extract(w.value, '$[3]'),
        json_extract(w.value, '$[4]'),
        json_extract(w.value, '$[5]')
    FROM json_each(:places) w
)
SELECT
    c.key, p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail,
    p.answer, NULL, NULL, NULL
FROM x
CROSS JOIN cell c ON c.negotiation = :negotiation AND c.kind = :kind AND c.key = x.key
CROSS JOIN placement p ON p.id = (
    SELECT o.id
    FROM placement o
    WHERE o.cell = c.id
        AND (o.last, o.lo, o.known_at, o.seq, o.part) > (x.last, x.lo, x.known_at, x.seq, x.part)
        AND o.last <= :valid AND o.lo <= :valid
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
    ORDER BY o.last, o.lo, o.known_at, o.seq, o.part
    LIMIT 1
);

-- name: oldest_after on postgres
SELECT
    c.key, p.last, p.lo, p.known_at, p.seq, p.part, p.mark, p.last > :valid, p.detail,
    p.answer, NULL, NULL, NULL
FROM (
    SELECT
        w.value ->> 0 AS key,
        CAST(w.value ->> 1 AS bigint) AS last,
        CAST(w.value ->> 2 AS bigint) AS lo,
        CAST(w.value ->> 3 AS bigint) AS known_at,
        CAST(w.value ->> 4 AS bigint) AS seq,
        CAST(w.value ->> 5 AS bigint) AS part
    FROM jsonb_array_elements(CAST(:places AS jsonb)) w
    OFFSET 0
) x
CROSS JOIN LATERAL (
    SELECT c.id, c.key
    FROM cell c
    WHERE c.negotiation = :negotiation AND c.kind = :kind AND c.key = x.key
    OFFSET 0
) c
CROSS JOIN LATERAL (
    SELECT o.*
    FROM placement o
    WHERE o.cell = c.id
        AND (o.last, o.lo, o.known_at, o.seq, o.part) > (x.last, x.lo, x.known_at, x.seq, x.part)
        AND o.last <= :valid AND o.lo <= :valid
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
    ORDER BY o.last, o.lo, o.known_at, o.seq, o.part
    LIMIT 1
) p;

-- name: undecided on sqlite
-- Keys of the cells of a kind that may be undecided, of those whose keys begin so: in knowledge or in
-- the world at the moment, or in the record.
SELECT c.key
FROM json_each(:windows) x
CROSS JOIN cell c ON c.negotiation = :negotiation
    AND c.kind = :kind
    AND c.reach = json_extract(x.value, '$[0]')
    AND c.begins > json_extract(x.value, '$[1]')
    AND c.begins <= :moment
WHERE c.settles >= :moment
    AND (c.key = :key OR (c.key >= :key_start AND c.key < :key_end))
UNION
SELECT c.key
FROM cell c
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND c.decided > :seq
    AND c.begins <= :moment
    AND (c.key = :key OR (c.key >= :key_start AND c.key < :key_end));

-- name: undecided on postgres
SELECT c.key
FROM jsonb_array_elements(CAST(:windows AS jsonb)) x
CROSS JOIN LATERAL (
    SELECT c.key, c.settles
    FROM cell c
    WHERE c.negotiation = :negotiation
        AND c.kind = :kind
        AND c.reach = CAST(x.value ->> 0 AS bigint)
        AND c.begins > CAST(x.value ->> 1 AS bigint)
        AND c.begins <= :moment
    OFFSET 0
) c
WHERE c.settles >= :moment
    AND (c.key = :key OR (c.key >= :key_start AND c.key < :key_end))
UNION
SELECT c.key
FROM cell c
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND c.decided > :seq
    AND c.begins <= :moment
    AND (c.key = :key OR (c.key >= :key_start AND c.key < :key_end));

-- name: version_json on sqlite
-- The JSON of the events with these seqs.
SELECT v.seq, v.body, v.rests
FROM version v
WHERE v.negotiation = :negotiation
    AND v.seq IN (SELECT value FROM json_each(:seqs))
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: version_json on postgres
SELECT v.seq, v.body, v.rests
FROM jsonb_array_elements_text(CAST(:seqs AS jsonb)) x
CROSS JOIN LATERAL (
    SELECT v.*
    FROM version v
    WHERE v.negotiation = :negotiation AND v.seq = CAST(x.value AS bigint)
    OFFSET 0
) v
WHERE v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: cell_counts
-- How many happened placements each of some cells of a kind has. {keys} is the inserted part.
SELECT c.key, count(*)
FROM cell c
JOIN placement p ON p.cell = c.id
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys}
    AND p.last <= :valid
    AND p.known_from <= :known AND p.known_to > :known
    AND p.recorded_from <= :seq AND p.recorded_to > :seq
    AND p.audiences & :audience <> 0
GROUP BY c.key;

-- name: mentioned_slugs on sqlite
-- Those of some subjects of a kind that news names.
SELECT c.key
FROM cell c
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND c.key IN (SELECT value FROM json_each(:slugs))
    AND EXISTS (
        SELECT 1
        FROM mention m
        JOIN version v ON v.id = m.version
        WHERE m.cell = c.id
            AND m.known_from <= :known
            AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
            AND v.known_from <= :known AND v.known_to > :known
            AND v.recorded_from <= :seq AND v.recorded_to > :seq
            AND v.audiences & :audience <> 0
    );

-- name: mentioned_slugs on postgres
SELECT c.key
FROM cell c
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND c.key IN (SELECT value FROM jsonb_array_elements_text(CAST(:slugs AS jsonb)))
    AND EXISTS (
        SELECT 1
        FROM mention m
        JOIN version v ON v.id = m.version
        WHERE m.cell = c.id
            AND m.known_from <= :known
            AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
            AND v.known_from <= :known AND v.known_to > :known
            AND v.recorded_from <= :seq AND v.recorded_to > :seq
            AND v.audiences & :audience <> 0
    );

-- name: records
-- Items of one type by seq. The plus keeps SQLite from walking the whole log for the order's sake.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.type = :type
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY +v.seq;

-- name: watched
-- The periods that watches cover, the last first: of a watch, begins and settles are its period,
-- null where it failed or does not stand.
SELECT v.begins, v.settles
FROM version v
WHERE v.negotiation = :negotiation
    AND v.type = 'watch-recorded'
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.settles DESC;

-- name: last_watch
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.type = 'watch-recorded'
    AND v.begins IS NOT NULL
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.settles DESC, v.seq DESC
LIMIT 1;

-- name: merged_records
-- Registrations that say what they are the same as.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM cell c
JOIN mention m ON m.cell = c.id
JOIN version v ON v.id = m.version
WHERE c.negotiation = :negotiation
    AND c.kind = '@same-as'
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq;

-- name: items_by_event on sqlite
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM json_each(:events) x
CROSS JOIN event e ON e.id = x.value
CROSS JOIN version v ON v.negotiation = :negotiation AND v.seq = e.seq
WHERE v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: items_by_event on postgres
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM jsonb_array_elements_text(CAST(:events AS jsonb)) x
CROSS JOIN LATERAL (SELECT e.seq FROM event e WHERE e.id = x.value OFFSET 0) e
CROSS JOIN LATERAL (
    SELECT v.*
    FROM version v
    WHERE v.negotiation = :negotiation AND v.seq = e.seq
    OFFSET 0
) v
WHERE v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: opening_end
-- Up to which seq the opening stands, for any audience and at any moment of knowledge.
SELECT max(v.recorded_to)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.type = 'negotiation-opened'
    AND v.recorded_from <= :seq;

-- name: first_news
SELECT v.seq
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq
LIMIT 1;

-- name: known_count
-- How many items became known by themselves, and the seq of the last of them.
SELECT count(*), coalesce(max(v.seq), 0)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_at > :never
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: told_count
-- The same as of the end of the log, from what is counted, but for what is not known yet or only for
-- a while.
SELECT CAST(coalesce(sum(n.event_count), 0) AS bigint)
FROM (
    SELECT d.event_count
    FROM news_day d
    WHERE d.negotiation = :negotiation AND d.clock = 'told' AND d.audiences & :audience <> 0
    UNION ALL
    SELECT -count(*)
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.known_at > :never
        AND v.known_from > :known AND v.known_from > v.recorded_at
        AND v.known_to = 4611686018427387904
        AND v.recorded_to = 4611686018427387904
        AND v.audiences & :audience <> 0
    UNION ALL
    SELECT count(*)
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.known_at > :never
        AND v.known_to > :known AND v.known_to < 4611686018427387904
        AND v.known_from <= :known
        AND v.recorded_to = 4611686018427387904
        AND v.audiences & :audience <> 0
) n;

-- name: last_told
-- The seq of the last of them. The plus keeps databases from reading all by known time.
SELECT v.seq
FROM version v
WHERE v.negotiation = :negotiation
    AND +v.known_at > :never
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq DESC
LIMIT 1;

-- name: without_clock
-- All other items, which are visible by what names them or what they act on.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_at = :never
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY +v.seq;

-- name: first_known
-- When anything admitted first became known; :never is the known time of what has none.
SELECT v.known_at
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_at > :never AND v.known_at <= :known
    AND v.standing NOT IN ('act', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.known_at
LIMIT 1;

-- name: subject_cells on sqlite
-- The numbers of the cells of some subjects, a JSON list of [kind, slug].
SELECT c.id
FROM json_each(:cells) w
CROSS JOIN cell c ON c.negotiation = :negotiation
    AND c.kind = json_extract(w.value, '$[0]')
    AND c.key = json_extract(w.value, '$[1]');

-- name: subject_cells on postgres
SELECT c.id
FROM jsonb_array_elements(CAST(:cells AS jsonb)) w
JOIN cell c ON c.negotiation = :negotiation AND c.kind = w.value ->> 0 AND c.key = w.value ->> 1;

-- name: log_page
-- Items after a place, in order. Inserted are {versions}, what is read, {filter}, what the question
-- is limited to and where the page begins, and {order}.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM {versions}
WHERE v.negotiation = :negotiation
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0{filter}
ORDER BY {order}
LIMIT :limit;

-- name: log_page_by_classes on sqlite
-- The same in tie order: the first of the first of each class. :classes is a JSON list of [standing,
-- width, earliest, latest]: between which moments the last ones of its class may lie.
SELECT
    x.event, x.seq, x.type, x.recorded_at, x.known_at, x.lo, x.last, x.width, x.standing,
    x.withdrawn, x.disputed, x.ahead, x.body, x.rests, x.reports
FROM version x
WHERE x.id IN (
    SELECT n.id
    FROM json_each(:classes) k
    JOIN version n ON n.id IN (
        SELECT v.id
        FROM version v INDEXED BY version_world
        WHERE v.negotiation = :negotiation
            AND v.standing = json_extract(k.value, '$[0]')
            AND v.width = json_extract(k.value, '$[1]')
            AND v.last >= json_extract(k.value, '$[2]')
            AND v.last <= json_extract(k.value, '$[3]')
            AND v.known_from <= :known AND v.known_to > :known
            AND v.recorded_from <= :seq AND v.recorded_to > :seq
            AND v.audiences & :audience <> 0{filter}
        ORDER BY {order}
        LIMIT :limit
    )
)
ORDER BY {page_order}
LIMIT :limit;

-- name: log_page_by_classes on postgres
SELECT
    x.event, x.seq, x.type, x.recorded_at, x.known_at, x.lo, x.last, x.width, x.standing,
    x.withdrawn, x.disputed, x.ahead, x.body, x.rests, x.reports
FROM (
    SELECT x.id
    FROM jsonb_array_elements(CAST(:classes AS jsonb)) k
    CROSS JOIN LATERAL (
        SELECT v.id, v.last, v.lo, v.known_at, v.seq
        FROM version v
        WHERE v.negotiation = :negotiation
            AND v.standing = k.value ->> 0
            AND v.width = CAST(k.value ->> 1 AS bigint)
            AND v.last >= CAST(k.value ->> 2 AS bigint)
            AND v.last <= CAST(k.value ->> 3 AS bigint)
            AND v.known_from <= :known AND v.known_to > :known
            AND v.recorded_from <= :seq AND v.recorded_to > :seq
            AND v.audiences & :audience <> 0{filter}
        ORDER BY {order}
        LIMIT :limit
    ) x
    ORDER BY {page_order}
    LIMIT :limit
) s
CROSS JOIN LATERAL (SELECT v.* FROM version v WHERE v.id = s.id OFFSET 0) x
ORDER BY {page_order};

-- name: newest_of_type
-- Happened items of one type before a place in tie order, newest first. PostgreSQL begins to read
-- at :before_last, which is never later than :valid.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
    AND v.type = :type
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND (v.last, v.lo, v.known_at, v.seq) < (:before_last, :before_lo, :before_known, :before_seq)
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC
LIMIT :limit;

-- name: newest_of_type_naming
-- The same of those that name a subject.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
    AND v.type = :type
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.id IN (
        SELECT m.version
        FROM cell c
        JOIN mention m ON m.cell = c.id
        WHERE c.negotiation = :negotiation AND c.kind = :subject_kind AND c.key = :subject_slug
    )
    AND (v.last, v.lo, v.known_at, v.seq) < (:before_last, :before_lo, :before_known, :before_seq)
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC
LIMIT :limit;

-- name: listed_items on sqlite
-- Happened items of one type that name one of some subjects, or have one of some seqs, newest first.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM (
    SELECT m.version AS id
    FROM json_each(:slugs) s
    CROSS JOIN cell c ON c.negotiation = :negotiation AND c.kind = :subject_kind AND c.key = s.value
    CROSS JOIN mention m ON m.cell = c.id
    UNION
    SELECT n.id
    FROM json_each(:seqs) x
    CROSS JOIN version n ON n.negotiation = :negotiation AND n.seq = x.value
) t
CROSS JOIN version v ON v.id = t.id
WHERE v.type = :type
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC;

-- name: listed_items on postgres
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM (
    SELECT m.version AS id
    FROM jsonb_array_elements_text(CAST(:slugs AS jsonb)) s
    CROSS JOIN LATERAL (
        SELECT m.version
        FROM cell c
        JOIN mention m ON m.cell = c.id
        WHERE c.negotiation = :negotiation AND c.kind = :subject_kind AND c.key = s.value
        OFFSET 0
    ) m
    UNION
    SELECT n.id
    FROM jsonb_array_elements_text(CAST(:seqs AS jsonb)) x
    CROSS JOIN LATERAL (
        SELECT n.id
        FROM version n
        WHERE n.negotiation = :negotiation AND n.seq = CAST(x.value AS bigint)
        OFFSET 0
    ) n
) t
CROSS JOIN LATERAL (SELECT v.* FROM version v WHERE v.id = t.id OFFSET 0) v
WHERE v.type = :type
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC;

-- name: items_by_seq on sqlite
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM json_each(:seqs) x
CROSS JOIN version v ON v.negotiation = :negotiation AND v.seq = x.value
WHERE v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq;

-- name: items_by_seq on postgres
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM jsonb_array_elements_text(CAST(:seqs AS jsonb)) x
CROSS JOIN LATERAL (
    SELECT v.*
    FROM version v
    WHERE v.negotiation = :negotiation AND v.seq = CAST(x.value AS bigint)
    OFFSET 0
) v
WHERE v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq;

-- name: newest_disputed
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
    AND v.disputed
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC
LIMIT :limit;

-- name: newest_ahead
-- Items reported before they could have occurred, but for appointments announced in advance.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
    AND v.ahead
    AND v.standing = 'actual'
    AND v.type NOT IN ('role-assumed', 'role-ended')
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC
LIMIT :limit;

-- name: newest_by_class on sqlite
-- The newest items of some standings: the newest of the newest of each class. :classes is a JSON
-- list of [standing, width, latest]. All that had begun by a clock ends by the latest moment of its
-- class of width; all else was reported early, and that is read apart.
WITH class (standing, width, latest) AS (
    SELECT
        json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:classes)
)
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.id IN (
    SELECT n.id
    FROM class k
    JOIN version n ON n.id IN (
        SELECT o.id
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.standing = k.standing
            AND o.width = k.width
            AND o.last > :last_after AND o.last <= k.latest
            AND o.lo > :lo_after AND o.lo <= :lo_upto
            AND o.known_from <= :known AND o.known_to > :known
            AND o.recorded_from <= :seq AND o.recorded_to > :seq
            AND o.audiences & :audience <> 0
        ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC
        LIMIT :limit
    )
    UNION ALL
    SELECT early.id
    FROM (
        SELECT o.id
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.ahead
            AND o.standing IN (SELECT standing FROM class)
            AND o.last > :last_after
            AND o.lo > :lo_after AND o.lo <= :lo_upto
            AND o.known_from <= :known AND o.known_to > :known
            AND o.recorded_from <= :seq AND o.recorded_to > :seq
            AND o.audiences & :audience <> 0
        ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC
        LIMIT :limit
    ) early
)
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC
LIMIT :limit;

-- name: newest_by_class on postgres
WITH class (standing, width, latest) AS (
    SELECT value ->> 0, CAST(value ->> 1 AS bigint), CAST(value ->> 2 AS bigint)
    FROM jsonb_array_elements(CAST(:classes AS jsonb))
)
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.id IN (
    SELECT n.id
    FROM class k
    CROSS JOIN LATERAL (
        SELECT o.id
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.standing = k.standing
            AND o.width = k.width
            AND o.last > :last_after AND o.last <= k.latest
            AND o.lo > :lo_after AND o.lo <= :lo_upto
            AND o.known_from <= :known AND o.known_to > :known
            AND o.recorded_from <= :seq AND o.recorded_to > :seq
            AND o.audiences & :audience <> 0
        ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC
        LIMIT :limit
    ) n
    UNION ALL
    SELECT early.id
    FROM (
        SELECT o.id
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.ahead
            AND o.standing IN (SELECT standing FROM class)
            AND o.last > :last_after
            AND o.lo > :lo_after AND o.lo <= :lo_upto
            AND o.known_from <= :known AND o.known_to > :known
            AND o.recorded_from <= :seq AND o.recorded_to > :seq
            AND o.audiences & :audience <> 0
        ORDER BY o.last DESC, o.lo DESC, o.known_at DESC, o.seq DESC
        LIMIT :limit
    ) early
)
ORDER BY v.last DESC, v.lo DESC, v.known_at DESC, v.seq DESC
LIMIT :limit;

-- name: count_by_class on sqlite
-- How many items newest_by_class finds up to its limit, at most that many of each class.
WITH class (standing, width, latest) AS (
    SELECT
        json_extract(value, '$[0]'), json_extract(value, '$[1]'), json_extract(value, '$[2]')
    FROM json_each(:classes)
)
SELECT sum((
    SELECT count(*)
    FROM (
        SELECT 1
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.standing = k.standing
            AND o.width = k.width
            AND o.last > :last_after AND o.last <= k.latest
            AND o.lo > :lo_after AND o.lo <= :lo_upto
            AND o.known_from <= :known AND o.known_to > :known
            AND o.recorded_from <= :seq AND o.recorded_to > :seq
            AND o.audiences & :audience <> 0
        LIMIT :limit
    ) found
)) + (
    SELECT count(*)
    FROM version o
    JOIN class c ON c.standing = o.standing AND c.width = o.width AND c.latest < o.last
    WHERE o.negotiation = :negotiation
        AND o.ahead
        AND o.last > :last_after
        AND o.lo > :lo_after AND o.lo <= :lo_upto
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
)
FROM class k;

-- name: count_by_class on postgres
WITH class (standing, width, latest) AS (
    SELECT value ->> 0, CAST(value ->> 1 AS bigint), CAST(value ->> 2 AS bigint)
    FROM jsonb_array_elements(CAST(:classes AS jsonb))
)
SELECT sum((
    SELECT count(*)
    FROM (
        SELECT 1
        FROM version o
        WHERE o.negotiation = :negotiation
            AND o.standing = k.standing
            AND o.width = k.width
            AND o.last > :last_after AND o.last <= k.latest
            AND o.lo > :lo_after AND o.lo <= :lo_upto
            AND o.known_from <= :known AND o.known_to > :known
            AND o.recorded_from <= :seq AND o.recorded_to > :seq
            AND o.audiences & :audience <> 0
        LIMIT :limit
    ) found
)) + (
    SELECT count(*)
    FROM version o
    JOIN class c ON c.standing = o.standing AND c.width = o.width AND c.latest < o.last
    WHERE o.negotiation = :negotiation
        AND o.ahead
        AND o.last > :last_after
        AND o.lo > :lo_after AND o.lo <= :lo_upto
        AND o.known_from <= :known AND o.known_to > :known
        AND o.recorded_from <= :seq AND o.recorded_to > :seq
        AND o.audiences & :audience <> 0
)
FROM class k;

-- name: log_end
-- Up to which seq the index follows the log, and when that was recorded.
SELECT t.notification_id, h.last_recorded_at FROM tracking t CROSS JOIN head h;

-- name: news_days
-- What is counted of the days of news.
SELECT d.day, d.type, CAST(sum(d.event_count) AS bigint)
FROM news_day d
WHERE d.negotiation = :negotiation AND d.clock = :clock AND d.audiences & :audience <> 0
GROUP BY d.day, d.type
ORDER BY d.day, d.type;

-- name: news_by_day
-- The same without types.
SELECT d.day, CAST(sum(d.event_count) AS bigint)
FROM news_day d
WHERE d.negotiation = :negotiation AND d.clock = :clock AND d.audiences & :audience <> 0
GROUP BY d.day
ORDER BY d.day;

-- name: uncertain_news
-- News that is counted and not known yet, with -1, and such as is known for a while and
-- not counted, with 1.
SELECT -1, v.type, v.known_local
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from > :known AND v.known_from > v.recorded_at
    AND v.known_to = 4611686018427387904
    AND v.recorded_to = 4611686018427387904
    AND v.audiences & :audience <> 0
UNION ALL
SELECT 1, v.type, v.known_local
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_to > :known AND v.known_to < 4611686018427387904
    AND v.known_from <= :known
    AND v.recorded_to = 4611686018427387904
    AND v.audiences & :audience <> 0;

-- name: happened_weeks
-- How much news of each week was known to have happened at the end of the day :day.
SELECT w.week, CAST(sum(w.event_count) AS bigint)
FROM happened_week w
WHERE w.negotiation = :negotiation
    AND (
        (w.days = 32 AND w.period < :block)
        OR (w.days = 1 AND w.period >= 32 * :block AND w.period <= :day)
    )
    AND w.audiences & :audience <> 0
GROUP BY w.week;

-- name: happening_between on sqlite
-- News with a moment from :after to :until at which a clock may change what is seen of it: when it
-- happened, and from when to when it is known. :windows is a JSON list of [class, begins after].
SELECT v.lo, v.last, v.known_from, v.known_to
FROM json_each(:windows) x
CROSS JOIN version v ON v.negotiation = :negotiation
    AND v.reach = json_extract(x.value, '$[0]')
    AND v.begins > json_extract(x.value, '$[1]')
    AND v.begins <= :until
WHERE v.settles >= :after
    AND v.standing = 'actual'
    AND v.recorded_to = 4611686018427387904
    AND v.audiences & :audience <> 0;

-- name: happening_between on postgres
SELECT v.lo, v.last, v.known_from, v.known_to
FROM jsonb_array_elements(CAST(:windows AS jsonb)) x
CROSS JOIN LATERAL (
    SELECT v.*
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.reach = CAST(x.value ->> 0 AS bigint)
        AND v.begins > CAST(x.value ->> 1 AS bigint)
        AND v.begins <= :until
        AND v.settles >= :after
    OFFSET 0
) v
WHERE v.standing = 'actual'
    AND v.recorded_to = 4611686018427387904
    AND v.audiences & :audience <> 0;

-- name: known_later_in_day
-- How much news became known after a moment of knowledge and before another.
SELECT count(*)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_at > :after AND v.known_at < :before
    AND v.known_local >= :day * :day_length AND v.known_local < (:day + 1) * :day_length
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: add_news_days on sqlite
-- Add to each [negotiation, clock, day, type, audiences, count] of a JSON list.
INSERT INTO news_day
SELECT
    json_extract(w.value, '$[0]'), json_extract(w.value, '$[1]'), json_extract(w.value, '$[2]'),
    json_extract(w.value, '$[3]'), json_extract(w.value, '$[4]'), json_extract(w.value, '$[5]')
FROM json_each(:days) w
WHERE true
ON CONFLICT (negotiation, clock, day, type, audiences)
DO UPDATE SET event_count = news_day.event_count + excluded.event_count;

-- name: add_news_days on postgres
INSERT INTO news_day
SELECT
    w ->> 0, w ->> 1, CAST(w ->> 2 AS bigint), w ->> 3, CAST(w ->> 4 AS bigint),
    CAST(w ->> 5 AS bigint)
FROM jsonb_array_elements(CAST(:days AS jsonb)) w
ON CONFLICT (negotiation, clock, day, type, audiences)
DO UPDATE SET event_count = news_day.event_count + excluded.event_count;

-- name: add_happened_weeks on sqlite
-- Add to each [negotiation, days, period, week, audiences, count] of a JSON list.
INSERT INTO happened_week
SELECT
    json_extract(w.value, '$[0]'), json_extract(w.value, '$[1]'), json_extract(w.value, '$[2]'),
    json_extract(w.value, '$[3]'), json_extract(w.value, '$[4]'), json_extract(w.value, '$[5]')
FROM json_each(:weeks) w
WHERE true
ON CONFLICT (negotiation, days, period, week, audiences)
DO UPDATE SET event_count = happened_week.event_count + excluded.event_count;

-- name: add_happened_weeks on postgres
INSERT INTO happened_week
SELECT
    w ->> 0, CAST(w ->> 1 AS bigint), CAST(w ->> 2 AS bigint), CAST(w ->> 3 AS bigint),
    CAST(w ->> 4 AS bigint), CAST(w ->> 5 AS bigint)
FROM jsonb_array_elements(CAST(:weeks AS jsonb)) w
ON CONFLICT (negotiation, days, period, week, audiences)
DO UPDATE SET event_count = happened_week.event_count + excluded.event_count;

-- name: known_days
-- News by the day of the negotiation's zone on which it became known: how much, how much of it after
-- :after_seq, and how much after that or after :time on :shown_day. :shift is the span from the year 1
-- to 1970, since both databases divide towards zero.
SELECT
    (v.known_local + :shift) / :day - :shift / :day,
    count(*),
    count(CASE
        WHEN v.seq > :after_seq
            AND (v.known_local + :shift) / :day - :shift / :day <= :shown_day THEN 1
    END),
    count(CASE
        WHEN v.seq > :after_seq
            AND (v.known_local + :shift) / :day - :shift / :day = :shown_day THEN 1
        WHEN (v.known_local + :shift) / :day - :shift / :day = :shown_day
            AND (v.known_local + :shift) % :day > :time THEN 1
    END)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
GROUP BY 1
ORDER BY 1;

-- name: known_after_seq
-- When, by the clock of the zone, news became known before :local_end that was recorded after
-- :after_seq. After :last_seq nothing is known of it but what acts made.
SELECT v.known_local
FROM version v
WHERE v.negotiation = :negotiation
    AND v.seq > :after_seq AND v.seq <= :last_seq
    AND v.known_local < :local_end
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
UNION ALL
SELECT v.known_local
FROM version v
WHERE v.negotiation = :negotiation
    AND v.recorded_from > v.seq AND v.recorded_from > :after_seq
    AND v.seq > :after_seq AND v.seq > :last_seq
    AND v.known_local < :local_end
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: known_types
-- News by the same days and its types: how much.
SELECT (v.known_local + :shift) / :day - :shift / :day, v.type, count(*)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
GROUP BY 1, 2;

-- name: happened_spans
-- When news happened, of what is as little vague as :widest.
SELECT v.lo, v.last
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.last - v.lo < :widest
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: happened_otherwise
-- When news happened that was recorded after the basis and holds at the end of the log, with -1, and
-- such as the basis holds and was revised since, with 1. After :last_seq nothing is known of the
-- first but what acts made.
SELECT -1, v.lo, v.last
FROM version v
WHERE v.negotiation = :negotiation
    AND v.seq > :seq AND v.seq <= :last_seq
    AND v.recorded_to = 4611686018427387904
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.last - v.lo < :widest
    AND v.known_from <= :known AND v.known_to > :known
    AND v.audiences & :audience <> 0
UNION ALL
SELECT -1, v.lo, v.last
FROM version v
WHERE v.negotiation = :negotiation
    AND v.recorded_from > v.seq AND v.recorded_from > :seq
    AND (v.seq <= :seq OR v.seq > :last_seq)
    AND v.recorded_to = 4611686018427387904
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.last - v.lo < :widest
    AND v.known_from <= :known AND v.known_to > :known
    AND v.audiences & :audience <> 0
UNION ALL
SELECT 1, v.lo, v.last
FROM version v
WHERE v.negotiation = :negotiation
    AND v.recorded_to > :seq AND v.recorded_to < 4611686018427387904
    AND v.recorded_from <= :seq
    AND v.standing = 'actual'
    AND v.last <= :valid
    AND v.last - v.lo < :widest
    AND v.known_from <= :known AND v.known_to > :known
    AND v.audiences & :audience <> 0;

-- name: news_moments
-- When each piece of news may have happened, and when it became known.
SELECT v.seq, v.type, v.standing, v.disputed, v.lo, v.last, v.known_at, NULL
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: news_moments_after
-- The same of what became known after :after.
SELECT v.seq, v.type, v.standing, v.disputed, v.lo, v.last, v.known_at, NULL
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_at > :after AND v.known_at <= :known
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: named_news_moments
-- The same of news that names things of a kind, once for each of them.
SELECT v.seq, v.type, v.standing, v.disputed, v.lo, v.last, v.known_at, c.key
FROM cell c
JOIN mention m ON m.cell = c.id
JOIN version v ON v.id = m.version
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND v.standing NOT IN ('act', 'record', 'erased', 'brief')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: items_since
-- Items by seq that were recorded or revised after :after, or came out after :known_before and after
-- their recording. A version that begins later than its event is a revision, one known later than
-- its event was recorded is the end of an embargo; each has a small index of its own.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM version v
WHERE v.id IN (
        SELECT n.id
        FROM version n
        WHERE n.negotiation = :negotiation AND n.seq > :after AND n.seq <= :seq
        UNION ALL
        SELECT r.id
        FROM version r
        WHERE r.negotiation = :negotiation
            AND r.recorded_from > :after AND r.recorded_from <= :seq
            AND r.recorded_from > r.seq
        UNION ALL
        SELECT e.id
        FROM version e
        WHERE e.negotiation = :negotiation
            AND e.known_from > :known_before AND e.known_from <= :known
            AND e.known_from > e.recorded_at
    )
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq;

-- name: reaching on sqlite
-- Versions whose moments of knowledge and the world reach from :lower or later to :upper or earlier,
-- but for what neither basis holds. :windows is a JSON list of [class, begins after]; {moved} is the
-- inserted part: what says which of them some clock passes.
SELECT v.id
FROM json_each(:windows) x
CROSS JOIN version v ON v.negotiation = :negotiation
    AND v.reach = json_extract(x.value, '$[0]')
    AND v.begins > json_extract(x.value, '$[1]')
    AND v.begins <= :upper
WHERE v.settles >= :lower
    AND v.known_from <= :high_known AND v.known_to > :low_known
    AND v.recorded_from <= :high_seq AND v.recorded_to > :low_seq
    AND (
        {moved}
    );

-- name: reaching on postgres
SELECT v.id
FROM jsonb_array_elements(CAST(:windows AS jsonb)) x
CROSS JOIN LATERAL (
    SELECT v.id
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.reach = CAST(x.value ->> 0 AS bigint)
        AND v.begins > CAST(x.value ->> 1 AS bigint)
        AND v.begins <= :upper
        AND v.settles >= :lower
        AND v.known_from <= :high_known AND v.known_to > :low_known
        AND v.recorded_from <= :high_seq AND v.recorded_to > :low_seq
        AND (
        {moved}
        )
    OFFSET 0
) v;

-- name: late_between on sqlite
-- Versions of events that were recorded late, after one seq up to another. :late_windows is a JSON
-- list of [class, known after].
SELECT v.id
FROM json_each(:late_windows) x
CROSS JOIN version v ON v.negotiation = :negotiation
    AND v.late = json_extract(x.value, '$[0]')
    AND v.known_from > json_extract(x.value, '$[1]')
    AND v.known_from <= :high_known
WHERE v.seq > :low_seq AND v.seq <= :high_seq;

-- name: late_between on postgres
SELECT v.id
FROM jsonb_array_elements(CAST(:late_windows AS jsonb)) x
CROSS JOIN LATERAL (
    SELECT v.id
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.late = CAST(x.value ->> 0 AS bigint)
        AND v.known_from > CAST(x.value ->> 1 AS bigint)
        AND v.known_from <= :high_known
        AND v.seq > :low_seq AND v.seq <= :high_seq
    OFFSET 0
) v;

-- name: timely_between
-- Versions of events that were recorded soon, after one seq up to another, and known by :high_known.
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_at > :timely_after AND v.known_at <= :high_known
    AND v.late IS NULL AND v.reach IS NOT NULL
    AND v.seq > :low_seq AND v.seq <= :high_seq
    AND v.recorded_from = v.seq;

-- name: opened_between
-- Versions of the events recorded after one seq up to another; then those that acts opened or closed
-- at seqs between; all but what neither basis knows.
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation AND v.seq > :low_seq AND v.seq <= :high_seq
    AND v.known_from <= :high_known AND v.known_to > :low_known;

-- name: revised_between
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation
    AND v.recorded_from > :low_seq AND v.recorded_from <= :high_seq
    AND v.recorded_from > v.seq
    AND v.known_from <= :high_known AND v.known_to > :low_known;

-- name: closed_between
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation
    AND v.recorded_to > :low_seq AND v.recorded_to <= :high_seq
    AND v.recorded_to < 4611686018427387904
    AND v.known_from <= :high_known AND v.known_to > :low_known;

-- name: withdrawn_between
-- Withdrawn versions that not both bases hold: these are listed whenever they happened.
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation
    AND v.standing = 'withdrawn'
    AND v.known_from <= :high_known AND v.known_to > :low_known
    AND v.recorded_from <= :high_seq AND v.recorded_to > :low_seq
    AND (
        v.known_from > :low_known OR v.known_to <= :high_known
        OR v.recorded_from > :low_seq OR v.recorded_to <= :high_seq
    );

-- name: emerging_between
-- Versions that become known, or known otherwise, between two moments after all was recorded.
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_from > :low_known AND v.known_from <= :high_known
    AND v.known_from > v.recorded_at;

-- name: ending_between
SELECT v.id
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_to > :low_known AND v.known_to <= :high_known
    AND v.known_to < 4611686018427387904;

-- name: touched_cells on sqlite
-- Kind and key of the cells of which an entry may look different under another basis, whose clocks
-- stand at :other_known, :other_seq and :other_valid. Each clock moves from its :low_ to its :high_.
-- {touched} is the inserted part: statements that give the versions with a moment between both;
-- {others} tells more of these versions, each with its type, without a key, and in {more} columns.
WITH touched (id) AS (
{touched}
)
SELECT k.kind, k.key{more}
FROM (
    SELECT DISTINCT c.kind, c.key
    FROM (
        SELECT p.* FROM touched t JOIN placement p ON p.version = t.id
        UNION ALL
        SELECT p.* FROM touched t JOIN placement p ON p.partner = t.id AND p.partner <> 0
    ) p
    JOIN cell c ON c.id = p.cell
    WHERE p.audiences & :audience <> 0
        AND p.lo <= :high_valid
        AND (
            p.last > :low_valid AND p.last <= :high_valid
            OR :low_valid < :high_valid AND c.kind IN ({status_kinds})
            OR (
                p.known_from <= :known AND p.known_to > :known
                AND p.recorded_from <= :seq AND p.recorded_to > :seq
            ) <> (
                p.known_from <= :other_known AND p.known_to > :other_known
                AND p.recorded_from <= :other_seq AND p.recorded_to > :other_seq
            )
        )
) k
UNION ALL
{others};

-- name: touched_cells on postgres
WITH touched (id) AS (
{touched}
)
SELECT k.kind, k.key{more}
FROM (
    SELECT DISTINCT c.kind, c.key
    FROM touched t
    CROSS JOIN LATERAL (
        SELECT p.* FROM placement p WHERE p.version = t.id
        UNION ALL
        SELECT p.* FROM placement p WHERE p.partner = t.id AND p.partner <> 0
        OFFSET 0
    ) p
    CROSS JOIN LATERAL (SELECT d.kind, d.key FROM cell d WHERE d.id = p.cell OFFSET 0) c
    WHERE p.audiences & :audience <> 0
        AND p.lo <= :high_valid
        AND (
            p.last > :low_valid AND p.last <= :high_valid
            OR :low_valid < :high_valid AND c.kind IN ({status_kinds})
            OR (
                p.known_from <= :known AND p.known_to > :known
                AND p.recorded_from <= :seq AND p.recorded_to > :seq
            ) <> (
                p.known_from <= :other_known AND p.known_to > :other_known
                AND p.recorded_from <= :other_seq AND p.recorded_to > :other_seq
            )
        )
) k
UNION ALL
{others};

-- name: touched_by_seq on sqlite
-- Kind and key of the cells of which an entry comes or goes at a seq between two, and type, seq and
-- own fields of such versions that are listed one by one, or withdrawn; with the seqs from which and
-- before which they show. {touched} is the inserted part: statements that give the versions.
WITH touched (id) AS (
{touched}
)
SELECT DISTINCT c.kind, c.key, NULL, NULL, p.recorded_from, p.recorded_to
FROM (
    SELECT p.* FROM touched t JOIN placement p ON p.version = t.id
    UNION ALL
    SELECT p.* FROM touched t JOIN placement p ON p.partner = t.id AND p.partner <> 0
) p
JOIN cell c ON c.id = p.cell
WHERE p.audiences & :audience <> 0
    AND p.lo <= :valid
    AND p.known_from <= :known AND p.known_to > :known
UNION ALL
SELECT DISTINCT v.type, NULL, v.seq, v.body, v.recorded_from, v.recorded_to
FROM touched t
JOIN version v ON v.id = t.id
WHERE v.audiences & :audience <> 0
    AND (v.standing = 'withdrawn' OR v.type IN ({listed_types}));

-- name: touched_by_seq on postgres
WITH touched (id) AS (
{touched}
)
SELECT DISTINCT c.kind, c.key, CAST(NULL AS bigint), CAST(NULL AS bytea), p.recorded_from, p.recorded_to
FROM touched t
CROSS JOIN LATERAL (
    SELECT p.* FROM placement p WHERE p.version = t.id
    UNION ALL
    SELECT p.* FROM placement p WHERE p.partner = t.id AND p.partner <> 0
    OFFSET 0
) p
CROSS JOIN LATERAL (SELECT d.kind, d.key FROM cell d WHERE d.id = p.cell OFFSET 0) c
WHERE p.audiences & :audience <> 0
    AND p.lo <= :valid
    AND p.known_from <= :known AND p.known_to > :known
UNION ALL
SELECT DISTINCT v.type, NULL, v.seq, v.body, v.recorded_from, v.recorded_to
FROM touched t
CROSS JOIN LATERAL (SELECT v.* FROM version v WHERE v.id = t.id OFFSET 0) v
WHERE v.audiences & :audience <> 0
    AND (v.standing = 'withdrawn' OR v.type IN ({listed_types}));

-- name: touched_events on sqlite
-- Seq and own fields of such versions that are listed one by one, or withdrawn.
SELECT DISTINCT v.type, NULL, v.seq, v.body
FROM touched t
JOIN version v ON v.id = t.id
WHERE v.audiences & :audience <> 0
    AND (v.standing = 'withdrawn' OR v.type IN ({listed_types}));

-- name: touched_events on postgres
SELECT DISTINCT v.type, NULL, v.seq, v.body
FROM touched t
CROSS JOIN LATERAL (SELECT v.* FROM version v WHERE v.id = t.id OFFSET 0) v
WHERE v.audiences & :audience <> 0
    AND (v.standing = 'withdrawn' OR v.type IN ({listed_types}));

-- name: touched_versions on sqlite
-- What tells of such versions in which lists they are.
SELECT
    v.type, NULL, v.event, v.seq, v.standing, v.withdrawn, v.disputed, v.ahead, v.known_at,
    v.known_to, v.recorded_to
FROM touched t
JOIN version v ON v.id = t.id;

-- name: touched_versions on postgres
SELECT
    v.type, NULL, v.event, v.seq, v.standing, v.withdrawn, v.disputed, v.ahead, v.known_at,
    v.known_to, v.recorded_to
FROM touched t
CROSS JOIN LATERAL (SELECT v.* FROM version v WHERE v.id = t.id OFFSET 0) v;

-- name: next_embargo_end
-- When the audience sees more of what was recorded by the moment of knowledge.
SELECT min(v.known_from)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_from > :known
    AND v.known_from > v.recorded_at
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: steady_until_at_end
-- The same where the basis knew of all that is recorded.
SELECT min(m.moment)
FROM (
    SELECT min(v.known_from) AS moment
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.known_from > :known AND v.known_from > v.recorded_at
        AND v.recorded_from <= :seq AND v.recorded_to > :seq
    UNION ALL
    SELECT min(v.known_to)
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.known_to > :known AND v.known_to < 4611686018427387904
        AND v.recorded_from <= :seq AND v.recorded_to > :seq
) m;

-- name: steady_until
-- When knowledge of what is recorded changes next.
SELECT min(CASE WHEN v.known_from > :known THEN v.known_from ELSE v.known_to END)
FROM version v
WHERE v.negotiation = :negotiation
    AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq;

-- name: known_blocks
-- The blocks of versions of which the basis may know some that no act made, or with :revised any, but
-- for what has no known time, the last first.
SELECT b.block
FROM version_block b
WHERE b.negotiation = :negotiation
    AND (b.known_from <= :known OR :revised AND b.revised_from <= :known)
    AND b.recorded_from <= :seq
ORDER BY b.block DESC;

-- name: last_known_seq
-- The seq up to which the last block was recorded of which the basis may know what no act made.
SELECT coalesce(
    (
        SELECT n.recorded_from
        FROM version_block n
        WHERE n.negotiation = b.negotiation AND n.block > b.block
        ORDER BY n.block
        LIMIT 1
    ), 4611686018427387904)
FROM version_block b
WHERE b.negotiation = :negotiation AND b.known_from <= :known AND b.recorded_from <= :seq
ORDER BY b.block DESC
LIMIT 1;

-- name: revised_in_other_blocks on sqlite
-- Items that acts made, of blocks of which nothing else is known, the last first by seq. Acts are
-- recorded in the order of the numbers of versions, so an index leads to those of a block.
SELECT
    v.id, v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM (
    SELECT
        o.block, o.recorded_from,
        coalesce(
            (
                SELECT n.recorded_from
                FROM version_block n
                WHERE n.negotiation = o.negotiation AND n.block > o.block
                ORDER BY n.block
                LIMIT 1
            ), 4611686018427387904) AS recorded_to
    FROM version_block o
    WHERE o.negotiation = :negotiation
        AND o.known_from > :known AND o.revised_from <= :known AND o.recorded_from <= :seq
) b
CROSS JOIN version v
WHERE v.negotiation = :negotiation
    AND v.recorded_from > v.seq
    AND v.recorded_from >= b.recorded_from AND v.recorded_from <= b.recorded_to
    AND v.id >= b.block * :block_size AND v.id < (b.block + 1) * :block_size
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq DESC;

-- name: revised_in_other_blocks on postgres
-- The zeros keep PostgreSQL from reading all versions of each block to match them.
SELECT
    v.id, v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM (
    SELECT
        o.block, o.recorded_from,
        coalesce(
            (
                SELECT n.recorded_from
                FROM version_block n
                WHERE n.negotiation = o.negotiation AND n.block > o.block
                ORDER BY n.block
                LIMIT 1
            ), 4611686018427387904) AS recorded_to
    FROM version_block o
    WHERE o.negotiation = :negotiation
        AND o.known_from > :known AND o.revised_from <= :known AND o.recorded_from <= :seq
) b
CROSS JOIN LATERAL (
    SELECT v.*
    FROM version v
    WHERE v.negotiation = :negotiation
        AND v.recorded_from > v.seq
        AND v.recorded_from >= b.recorded_from AND v.recorded_from <= b.recorded_to
        AND v.id + 0 >= b.block * :block_size AND v.id + 0 < (b.block + 1) * :block_size
    OFFSET 0
) v
WHERE v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0
ORDER BY v.seq DESC;

-- name: add_version_blocks on sqlite
-- Widen each [negotiation, block, known_from, revised_from, recorded_from] of a JSON list.
INSERT INTO version_block
SELECT
    json_extract(w.value, '$[0]'), json_extract(w.value, '$[1]'), json_extract(w.value, '$[2]'),
    json_extract(w.value, '$[3]'), json_extract(w.value, '$[4]')
FROM json_each(:blocks) w
WHERE true
ON CONFLICT (negotiation, block) DO UPDATE SET
    known_from = min(version_block.known_from, excluded.known_from),
    revised_from = min(version_block.revised_from, excluded.revised_from)
WHERE excluded.known_from < version_block.known_from
    OR excluded.revised_from < version_block.revised_from;

-- name: add_version_blocks on postgres
INSERT INTO version_block
SELECT
    w ->> 0, CAST(w ->> 1 AS bigint), CAST(w ->> 2 AS bigint), CAST(w ->> 3 AS bigint),
    CAST(w ->> 4 AS bigint)
FROM jsonb_array_elements(CAST(:blocks AS jsonb)) w
ON CONFLICT (negotiation, block) DO UPDATE SET
    known_from = least(version_block.known_from, excluded.known_from),
    revised_from = least(version_block.revised_from, excluded.revised_from)
WHERE excluded.known_from < version_block.known_from
    OR excluded.revised_from < version_block.revised_from;

-- name: next_spelling on sqlite
-- The first word of the full text from a spelling on.
SELECT term FROM spelling WHERE term >= :spelling LIMIT 1;

-- name: versions_with_words on sqlite
-- The numbers of versions with all the words, from one number down to another, the last first.
SELECT word.rowid
FROM word
WHERE word MATCH :match AND word.rowid >= :lowest AND word.rowid <= :highest
ORDER BY word.rowid DESC
LIMIT :limit;

-- name: versions_with_words on postgres
SELECT w.version
FROM word w
WHERE w.words @@ CAST(:match AS tsquery) AND w.version >= :lowest AND w.version <= :highest
ORDER BY w.version DESC
LIMIT :limit;

-- name: words_of_some on sqlite
-- Those of some versions that have all the words.
SELECT x.value
FROM json_each(:versions) x
CROSS JOIN word
WHERE word MATCH :match AND word.rowid = x.value;

-- name: words_of_some on postgres
SELECT w.version
FROM jsonb_array_elements_text(CAST(:versions AS jsonb)) x
CROSS JOIN LATERAL (SELECT w.* FROM word w WHERE w.version = CAST(x.value AS bigint) OFFSET 0) w
WHERE w.words @@ CAST(:match AS tsquery);

-- name: some_with_words on sqlite
-- The numbers of versions with all the words, up to :limit, whichever are found first.
SELECT word.rowid FROM word WHERE word MATCH :match LIMIT :limit;

-- name: some_with_words on postgres
SELECT f.version
FROM (
    SELECT w.version FROM word w WHERE w.words @@ CAST(:match AS tsquery) OFFSET 0
) f
LIMIT :limit;

-- name: opened_at
-- The seq at which a version was recorded.
SELECT v.recorded_from FROM version v WHERE v.id = :version;

-- name: news_of_versions on sqlite
-- News and briefs among some versions.
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM json_each(:versions) x
CROSS JOIN version v
WHERE v.id = x.value
    AND v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: news_of_versions on postgres
SELECT
    v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM jsonb_array_elements_text(CAST(:versions AS jsonb)) x
CROSS JOIN LATERAL (SELECT v.* FROM version v WHERE v.id = CAST(x.value AS bigint) OFFSET 0) v
WHERE v.negotiation = :negotiation
    AND v.standing NOT IN ('act', 'record', 'erased')
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: waiting_words on sqlite
-- The versions whose words are not in the full text yet, with the words.
SELECT version, text FROM waiting;

-- name: publishers
-- Sources of which the audience knows a report of an event that rests on no other one.
SELECT c.key
FROM cell c
WHERE c.negotiation = :negotiation
    AND c.kind = '@source'
    AND EXISTS (
        SELECT 1
        FROM version v
        WHERE v.source = c.id
            AND v.standing <> 'brief'
            AND length(v.reports) > 2
            AND v.known_from <= :known AND v.known_to > :known
            AND v.recorded_from <= :seq AND v.recorded_to > :seq
            AND v.audiences & :audience <> 0
    );

-- name: reports_of_several
-- The reports of events that rest on several sources, one of them of these keys; :kind is @source.
SELECT v.reports
FROM cell c
CROSS JOIN candidate a
CROSS JOIN version v
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys}
    AND a.cell = c.id
    AND v.negotiation = :negotiation
    AND v.seq = a.seq
    AND v.standing <> 'brief'
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: add_zone_uses on sqlite
-- Keep the first seq of each [negotiation, zone, year, seq, offsets] of a JSON list.
INSERT INTO zone_use
SELECT
    json_extract(w.value, '$[0]'), json_extract(w.value, '$[1]'), json_extract(w.value, '$[2]'),
    json_extract(w.value, '$[3]'), json_extract(w.value, '$[4]')
FROM json_each(:uses) w
WHERE true
ON CONFLICT DO NOTHING;

-- name: add_zone_uses on postgres
INSERT INTO zone_use
SELECT w ->> 0, w ->> 1, CAST(w ->> 2 AS bigint), CAST(w ->> 3 AS bigint), w ->> 4
FROM jsonb_array_elements(CAST(:uses AS jsonb)) w
ON CONFLICT DO NOTHING;

-- name: sources
-- The cells of the sources of a negotiation.
SELECT c.kind, c.key, c.id
FROM cell c
WHERE c.negotiation = :negotiation AND c.kind IN ('@source', '@unsourced');

-- name: seqs_of_sources on sqlite
-- Events that rest on one of some sources.
SELECT v.seq FROM version v WHERE v.source IN (SELECT value FROM json_each(:sources)) LIMIT :limit;

-- name: seqs_of_sources on postgres
SELECT v.seq
FROM version v
WHERE v.source IN (
        SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST(:sources AS jsonb))
    )
LIMIT :limit;

-- name: cell_candidates
-- Candidates of each of some cells of a kind, as many as :offset and those of its last one's place.
-- {keys} is the inserted part: which keys the cells have.
SELECT c.key, a.place, a.seq
FROM cell c
JOIN candidate a ON a.cell = c.id
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys}
    AND a.seq <= :seq
    AND a.since <= :known
    AND a.place >= coalesce(
        (
            SELECT b.place
            FROM candidate b
            WHERE b.cell = c.id AND b.seq <= :seq AND b.since <= :known
            ORDER BY b.place DESC
            LIMIT 1 OFFSET :offset
        ),
        :lowest
    );

-- name: newest_candidates
-- Candidates of some cells of a kind between two places, newest first.
SELECT a.place, a.seq
FROM cell c
JOIN candidate a ON a.cell = c.id
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys}
    AND a.seq <= :seq
    AND a.since <= :known
    AND a.place <= :upto AND a.place > :above
ORDER BY a.place DESC
LIMIT :limit;

-- name: next_candidates
-- Seqs of candidates of some cells of a kind from one seq to another, the first ones in order.
SELECT DISTINCT a.seq
FROM cell c
JOIN candidate a ON a.cell = c.id
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys}
    AND a.seq >= :first AND a.seq <= :last AND a.seq <= :seq
    AND a.since <= :known
ORDER BY a.seq
LIMIT :limit;

-- name: last_candidates
-- The same from the last on.
SELECT DISTINCT a.seq
FROM cell c
JOIN candidate a ON a.cell = c.id
WHERE c.negotiation = :negotiation
    AND c.kind = :kind
    AND {keys}
    AND a.seq >= :first AND a.seq <= :last AND a.seq <= :seq
    AND a.since <= :known
ORDER BY a.seq DESC
LIMIT :limit;

-- name: reaching_candidates on sqlite
-- Candidates whose moments reach from :lower or later to :upper or earlier. :windows is a JSON list
-- of [class, begins after].
SELECT DISTINCT a.seq
FROM json_each(:windows) x
CROSS JOIN cell c ON c.negotiation = :negotiation
    AND c.kind = '*reach'
    AND c.key = CAST(json_extract(x.value, '$[0]') AS TEXT)
CROSS JOIN candidate a ON a.cell = c.id
    AND a.place > json_extract(x.value, '$[1]')
    AND a.place <= :upper
WHERE a.since >= :lower;

-- name: reaching_candidates on postgres
SELECT DISTINCT a.seq
FROM jsonb_array_elements(CAST(:windows AS jsonb)) x
JOIN cell c ON c.negotiation = :negotiation
    AND c.kind = '*reach'
    AND c.key = x.value ->> 0
JOIN candidate a ON a.cell = c.id
    AND a.place > CAST(x.value ->> 1 AS bigint)
    AND a.place <= :upper
WHERE a.since >= :lower;

-- name: linking_statements
-- Versions that reply to or copy a statement, with the slug of that one.
SELECT
    c.key, v.event, v.seq, v.type, v.recorded_at, v.known_at, v.lo, v.last, v.width, v.standing,
    v.withdrawn, v.disputed, v.ahead, v.body, v.rests, v.reports
FROM cell c
JOIN mention m ON m.cell = c.id
JOIN version v ON v.id = m.version
WHERE c.negotiation = :negotiation
    AND c.kind = '@linked'
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: made_slugs on sqlite
-- Those of some statements that an event makes.
SELECT DISTINCT c.key
FROM cell c
JOIN mention m ON m.cell = c.id
JOIN version v ON v.id = m.version
WHERE c.negotiation = :negotiation
    AND c.kind = '@made'
    AND c.key IN (SELECT value FROM json_each(:slugs))
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: made_slugs on postgres
SELECT DISTINCT c.key
FROM cell c
JOIN mention m ON m.cell = c.id
JOIN version v ON v.id = m.version
WHERE c.negotiation = :negotiation
    AND c.kind = '@made'
    AND c.key IN (SELECT value FROM jsonb_array_elements_text(CAST(:slugs AS jsonb)))
    AND v.known_from <= :known AND v.known_to > :known
    AND v.recorded_from <= :seq AND v.recorded_to > :seq
    AND v.audiences & :audience <> 0;

-- name: family_events on sqlite
-- Ids of all events of the families of some events.
WITH RECURSIVE family (event) AS (
    SELECT e.id FROM event e WHERE e.seq IN (SELECT value FROM json_each(:seqs))
    UNION
    SELECT l.other FROM family f JOIN link l ON l.event = f.event
)
SELECT event FROM family;

-- name: family_events on postgres
WITH RECURSIVE family (event) AS (
    SELECT e.id FROM event e
    WHERE e.seq IN (
        SELECT CAST(value AS bigint) FROM jsonb_array_elements_text(CAST(:seqs AS jsonb))
    )
    UNION
    SELECT l.other FROM family f JOIN link l ON l.event = f.event
)
SELECT event FROM family;

-- name: add_candidates on sqlite
-- Note each [cell, place, seq, since] of a JSON list.
INSERT INTO candidate
SELECT
    json_extract(w.value, '$[0]'), json_extract(w.value, '$[1]'), json_extract(w.value, '$[2]'),
    json_extract(w.value, '$[3]')
FROM json_each(:rows) w
WHERE true
ON CONFLICT DO NOTHING;

-- name: add_candidates on postgres
INSERT INTO candidate
SELECT
    CAST(w ->> 0 AS bigint), CAST(w ->> 1 AS bigint), CAST(w ->> 2 AS bigint),
    CAST(w ->> 3 AS bigint)
FROM jsonb_array_elements(CAST(:rows AS jsonb)) w
ON CONFLICT DO NOTHING;

-- name: find_cells on sqlite
-- The numbers of some cells, given as a JSON list of [negotiation, kind, key].
SELECT c.negotiation, c.kind, c.key, c.id
FROM json_each(:cells) w
CROSS JOIN cell c
WHERE c.negotiation = json_extract(w.value, '$[0]')
    AND c.kind = json_extract(w.value, '$[1]')
    AND c.key = json_extract(w.value, '$[2]');

-- name: find_cells on postgres
SELECT c.negotiation, c.kind, c.key, c.id
FROM jsonb_array_elements(CAST(:cells AS jsonb)) w
JOIN cell c
    ON c.negotiation = w.value ->> 0 AND c.kind = w.value ->> 1 AND c.key = w.value ->> 2;
