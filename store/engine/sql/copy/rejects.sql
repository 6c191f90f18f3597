-- One row per file and reason for its rejection, except those that name the person.
FROM source.catalogue.rejects AS r
WHERE NOT names_person(path, $items, $person, $others) AND NOT names_person(detail, $items, $person, $others)
