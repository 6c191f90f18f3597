-- One row per corpus and status of a cell of the factorial design.
FROM coverage SELECT corpus, status, count(*) AS cells WHERE emotion <> 'unknown' GROUP BY ALL ORDER BY corpus, cells DESC, status
