-- One row per table with marks: its number of rows and the sum of their hashes, as `table_hashes` computes them.
FROM row_marks SELECT table_name, sum(n)::BIGINT AS n, sum(digest) % 18446744073709551616 AS digest GROUP BY table_name
