-- One row: a setting, unless it exists already.
INSERT INTO quality.settings (key, setting) VALUES ($key, $setting) ON CONFLICT DO NOTHING
