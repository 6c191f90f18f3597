-- One row per given photograph with {view} of a version at a given time: the value.
FROM features.{view}_at($version, $moment) SELECT image_id, {value} AS value WHERE image_id IN (SELECT unnest($image_ids::VARCHAR[]))
