-- One row per row of a table: a hash of its short columns, and when it became known.
FROM {batch}
SELECT image_id, hash('{batch}', {columns}) AS mark, {moment} AS moment
