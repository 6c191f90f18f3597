-- one token, another with every change of what would be published; that of an older copy never comes back
INSERT INTO quality.settings (key, setting) VALUES ('change', uuid()::VARCHAR)
ON CONFLICT DO UPDATE SET setting = excluded.setting
