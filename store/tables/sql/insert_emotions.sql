-- one row an emotion: kept where it is already there
INSERT INTO catalogue.emotions (label, emotion)
SELECT (position - 1)::UTINYINT, name FROM unnest($emotions) WITH ORDINALITY AS words (name, position)
ON CONFLICT DO NOTHING
