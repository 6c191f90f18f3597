-- One row per active photograph of a corpus in use: its source and labels, and the layout of its corpus.
SELECT
    image_id, corpus, path, subject_id, sex, population, age, emotion, camera_angle_deg, gaze,
    (FROM quality.settings SELECT setting WHERE key = concat('corpus_layout:', images.corpus)) AS layout
FROM catalogue.images AS images
WHERE excluded_reason IS NULL AND corpus IN (SELECT corpus FROM corpora_in_use())
ORDER BY path
