-- One row per setting that the attached store `source` lacks, or has with another value: its key.
FROM quality.settings AS s
ANTI JOIN source.quality.settings AS n ON n.key = s.key AND n.setting = s.setting
SELECT s.key
