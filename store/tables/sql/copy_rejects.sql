-- one row a file and reason to set it aside, without those that name the person
FROM source.catalogue.rejects AS r
WHERE NOT names_person(path, $things, $person, $others) AND NOT names_person(detail, $things, $person, $others)
