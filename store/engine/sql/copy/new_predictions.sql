-- One row per stored prediction of a new photograph, except those of the person, by id, by the bytes of the photograph or
-- of its neutral photograph, or by a path that names them.
FROM source.registry.new_predictions AS p
WHERE NOT coalesce(subject_id IN (SELECT unnest($subject_ids::VARCHAR[])), false)
  AND photo_sha256 NOT IN (SELECT unnest($files::VARCHAR[]))
  AND NOT coalesce(neutral_sha256 IN (SELECT unnest($files::VARCHAR[])), false)
  AND NOT names_person(path, $items, $person, $others)
