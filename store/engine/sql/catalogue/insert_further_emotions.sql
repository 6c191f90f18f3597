-- One row per class that a corpus declares and the home does not know yet, in alphabetical order, with the next labels.
INSERT INTO catalogue.emotions (label, emotion)
FROM (SELECT unnest($emotions::VARCHAR[]) AS emotion)
SELECT (SELECT max(label) FROM catalogue.emotions) + row_number() OVER (ORDER BY emotion), emotion
