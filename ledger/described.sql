-- What PostgreSQL says of the tables named :names in the schema :schema, one line a thing.
WITH held AS (
    SELECT c.oid, c.relname, c.relkind, c.relpersistence, c.relrowsecurity
    FROM pg_class c
    WHERE c.relnamespace = :schema AND c.relname = ANY(:names) AND c.relkind IN ('r', 'p', 'v', 'm', 'f')
)
SELECT 'table ' || h.relname, concat_ws(
    ' ', h.relkind, CASE h.relpersistence WHEN 'u' THEN 'unlogged' END, h.relrowsecurity,
    (SELECT count(*) FROM pg_inherits i WHERE h.oid IN (i.inhparent, i.inhrelid)),
    string_agg(concat_ws(
        ' ', a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull, o.collname,
        a.attidentity, a.attgenerated, pg_get_expr(d.adbin, d.adrelid)
    ), ', ' ORDER BY a.attnum)
)
FROM held h JOIN pg_attribute a ON a.attrelid = h.oid AND a.attnum > 0 AND NOT a.attisdropped
LEFT JOIN pg_collation o ON o.oid = a.attcollation
LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
GROUP BY h.oid, h.relname, h.relkind, h.relpersistence, h.relrowsecurity
UNION ALL
SELECT 'constraint ' || c.conname || ' of ' || h.relname,
    pg_get_constraintdef(c.oid) || ' ' || c.convalidated
FROM held h JOIN pg_constraint c ON c.conrelid = h.oid AND c.contype NOT IN ('n', 't')
UNION ALL
SELECT 'index ' || i.relname,
    pg_get_indexdef(i.oid) || ' ' || x.indisvalid
FROM held h JOIN pg_index x ON x.indrelid = h.oid JOIN pg_class i ON i.oid = x.indexrelid
UNION ALL
SELECT 'trigger ' || t.tgname || ' of ' || h.relname,
    concat_ws(' ', pg_get_triggerdef(t.oid), t.tgenabled, pg_get_functiondef(t.tgfoid))
FROM held h JOIN pg_trigger t ON t.tgrelid = h.oid AND NOT t.tgisinternal
UNION ALL
SELECT 'rule ' || r.rulename || ' of ' || h.relname, pg_get_ruledef(r.oid)
FROM held h JOIN pg_rewrite r ON r.ev_class = h.oid
UNION ALL
SELECT 'policy ' || p.polname || ' of ' || h.relname, pg_get_expr(p.polqual, h.oid)
FROM held h JOIN pg_policy p ON p.polrelid = h.oid
