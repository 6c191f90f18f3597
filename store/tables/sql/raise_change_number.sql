-- one number that grows with every change of what would be published
INSERT INTO quality.settings (key, setting) VALUES ('change', '1')
ON CONFLICT DO UPDATE SET setting = (setting::BIGINT + 1)::VARCHAR
