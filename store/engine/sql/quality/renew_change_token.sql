-- One row: a random token, renewed with every change of what would be published, so that no earlier state has the same
-- one.
INSERT INTO quality.settings (key, setting) VALUES ('change', uuid()::VARCHAR)
ON CONFLICT DO UPDATE SET setting = excluded.setting
