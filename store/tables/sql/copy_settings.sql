-- one row a setting, without the one that is the work store's secret
INSERT INTO quality.settings BY NAME FROM source.quality.settings WHERE key <> $secret
