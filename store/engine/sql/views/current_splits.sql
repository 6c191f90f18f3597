-- One row per current split: the one requested last by person and by image, and every repeat of the folds requested
-- last for the photographs of the by_person split, and the notebook's split of these photographs.
CREATE OR REPLACE VIEW splits.current AS
WITH newest AS (
    FROM splits.sets
    WHERE strategy IN ('by_person', 'by_image')
    QUALIFY row_number() OVER (PARTITION BY strategy ORDER BY requested_at DESC) = 1
),
pooled AS (
    FROM splits.sets
    SEMI JOIN (FROM newest WHERE strategy = 'by_person') AS shown USING (members_fingerprint)
    WHERE strategy = 'folds'
    QUALIFY folds_id = arg_max(folds_id, requested_at) OVER (PARTITION BY strategy)
),
notebook AS (
    FROM splits.sets
    SEMI JOIN (FROM newest WHERE strategy = 'by_person') AS shown USING (members_fingerprint)
    WHERE strategy = 'notebook'
    QUALIFY row_number() OVER (PARTITION BY strategy ORDER BY requested_at DESC) = 1
)
FROM newest UNION ALL FROM pooled UNION ALL FROM notebook
