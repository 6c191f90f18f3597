-- One row per row that was registered as `arriving`.
CREATE OR REPLACE TEMP TABLE {name} AS FROM arriving
