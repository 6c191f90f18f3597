-- whether a text names a person: by a photograph or file, or by the id, where it is not part of somebody else's
CREATE OR REPLACE TEMP MACRO names_person(told, things, person, others) AS
regexp_matches(told, things) OR regexp_matches(regexp_replace(told, others, '', 'g'), person)
