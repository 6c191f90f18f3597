-- one row a setting: kept where it is already there
INSERT INTO quality.settings (key, setting) VALUES ($key, $setting) ON CONFLICT DO NOTHING
