-- One row per row of this table with more passes than its version has, or with errors that do not fit the number of passes.
SELECT stored.image_id, stored.version
FROM {batch} AS stored
LEFT JOIN features.views AS views ON views."view" = 'landmarks' AND views.version = stored.version
WHERE stored.n_passes > coalesce((views.parameters->>'passes')::INTEGER, 1)
   OR (stored.errors IS NULL) <> (stored.n_passes = 1)
   OR (stored.mean_error IS NULL) <> (stored.errors IS NULL)
