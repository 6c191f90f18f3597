-- One row per setting, except the secret key, which stays in the work store.
INSERT INTO quality.settings BY NAME FROM source.quality.settings WHERE key <> $secret
