-- One row: the number of rows that the lake lacks, and of rows that it should not have.
SELECT (FROM new_rows SELECT count(*)) AS n_new, (FROM gone_rows SELECT count(*)) AS n_gone
