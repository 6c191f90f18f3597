-- one row a strategy: the split that was last asked for
CREATE OR REPLACE VIEW splits.current AS
FROM splits.sets
QUALIFY row_number() OVER (PARTITION BY strategy ORDER BY requested_at DESC) = 1
