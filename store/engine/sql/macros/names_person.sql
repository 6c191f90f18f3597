-- One boolean: whether a text names a person, by an image id or path, or by the subject id where that is not part of
-- another person's id.
CREATE OR REPLACE TEMP MACRO names_person(text, items, person, others) AS
regexp_matches(text, items) OR regexp_matches(regexp_replace(text, others, '', 'g'), person)
