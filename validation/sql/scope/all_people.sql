-- One row per person of the catalogue.
CREATE OR REPLACE TEMP VIEW people_to_check AS SELECT DISTINCT subject_id FROM catalogue.images
