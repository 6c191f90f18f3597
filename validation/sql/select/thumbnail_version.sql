-- One row per feature of thumbnails: its current version.
SELECT version FROM features.current WHERE "view" = 'pixels' ORDER BY feature
