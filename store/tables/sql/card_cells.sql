-- one row a corpus and state of a cell of the factorial design
FROM coverage SELECT corpus, status, count(*) AS cells GROUP BY ALL ORDER BY corpus, cells DESC, status
