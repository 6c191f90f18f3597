-- one row a split that counts today: by person and by image the one last asked for; of folds of the same photographs every
-- repeat of the set last asked for
CREATE OR REPLACE VIEW splits.current AS
WITH newest AS (
    FROM splits.sets
    WHERE strategy NOT IN ('folds', 'fold')
    QUALIFY row_number() OVER (PARTITION BY strategy ORDER BY requested_at DESC) = 1
),
pooled AS (
    FROM splits.sets
    SEMI JOIN (FROM newest WHERE strategy = 'by_person') AS shown USING (members_fingerprint)
    WHERE strategy = 'folds'
    QUALIFY folds_id = arg_max(folds_id, requested_at) OVER ()
)
FROM newest UNION ALL FROM pooled
