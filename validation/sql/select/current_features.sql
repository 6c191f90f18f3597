-- One row per feature: its view and current version.
SELECT feature, "view", version FROM features.current
