-- At most one row: the value of a setting.
SELECT setting FROM quality.settings WHERE key = $key
