-- One row per version of the landmarks over several passes or by the attention mesh.
FROM features.views
SELECT version
WHERE feature = 'landmarks'
  AND (parameters->>'passes' IS NOT NULL OR coalesce((parameters->>'refine_landmarks')::BOOLEAN, false))
