-- One row per class of the home among these emotions: its label.
FROM catalogue.emotions
SELECT emotion, label
WHERE emotion IN (SELECT unnest($emotions::VARCHAR[]))
ORDER BY emotion
