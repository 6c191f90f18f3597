-- the value of one setting
SELECT setting FROM quality.settings WHERE key = $key
