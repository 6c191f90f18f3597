-- One row: a setting, new or replaced.
INSERT INTO quality.settings (key, setting) VALUES ($key, $setting) ON CONFLICT DO UPDATE SET setting = excluded.setting
