-- No rows: deletes all settings.
DELETE FROM quality.settings
