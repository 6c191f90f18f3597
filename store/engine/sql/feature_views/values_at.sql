-- One row per photograph with a current value of a feature of the view {view}: the value.
FROM features.{view}_at({version}, 'infinity'::TIMESTAMPTZ) SELECT image_id, {columns}
