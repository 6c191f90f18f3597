-- One row per photograph: a hash of the keys, checksums and labels of its rows, and the time of the last of them.
CREATE OR REPLACE TEMP TABLE brief_marks AS
SELECT image_id, (sum(mark) % 18446744073709551616)::UBIGINT AS brief_mark, max(moment) AS latest
FROM ({rows})
GROUP BY image_id
