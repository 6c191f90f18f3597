-- One row per class that a corpus declares and the home does not know yet, with the next label; stored ones stay.
INSERT INTO catalogue.emotions (label, emotion)
WITH new_words AS (
    SELECT unnest($emotions::VARCHAR[]) AS emotion
    EXCEPT
    FROM catalogue.emotions SELECT emotion
)
FROM new_words
SELECT (SELECT max(label) FROM catalogue.emotions) + row_number() OVER (ORDER BY emotion), emotion
