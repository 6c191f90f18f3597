-- One row per stored row of a version of a feature view of the user's own, with its values by name.
FROM features.own_values SELECT image_id, version, {columns}, seal, created_at WHERE version = {version}
