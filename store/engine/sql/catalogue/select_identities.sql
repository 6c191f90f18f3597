-- One row per id about which was decided whose it is; same_as_subject_id is NULL if it is the id of another person.
FROM catalogue.identities SELECT subject_id, corpus, same_as_subject_id
