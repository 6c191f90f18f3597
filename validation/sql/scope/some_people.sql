-- One row per person of whom this audit looks at a photograph.
CREATE OR REPLACE TEMP VIEW people_to_check AS FROM listed_people
