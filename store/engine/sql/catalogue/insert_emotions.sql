-- One row per emotion; rows that exist already are kept.
INSERT INTO catalogue.emotions (label, emotion)
SELECT (position - 1)::UTINYINT, name FROM unnest($emotions) WITH ORDINALITY AS words (name, position)
ON CONFLICT DO NOTHING
