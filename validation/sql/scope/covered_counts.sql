-- One row per table: the number of rows that this audit looks at, and of those that an earlier one passed.
FROM rows_in_scope
SELECT table_name, count_if(NOT is_covered)::BIGINT AS looked_at, count_if(is_covered)::BIGINT AS covered
GROUP BY table_name
