-- one view version that is current again, after another one of its view and kind: the newest is the current one
UPDATE features.views AS v SET created_at = $created_at
WHERE v.version = $version
  AND EXISTS (FROM features.views AS o WHERE o."view" = v."view" AND o.kind = v.kind AND o.created_at > v.created_at)
RETURNING v.version
