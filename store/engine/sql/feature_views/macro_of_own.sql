-- One row per photograph: its {feature}, a feature of the user's own, of version `wanted` as of `moment`, unless a later row
-- of features.misses hides it. Columns are those of the current version.
CREATE OR REPLACE MACRO own."{feature}_at"(wanted, moment) AS TABLE
FROM features.own_values_at(wanted, moment) SELECT image_id, version, {columns}, seal, created_at
