-- One row per current feature whose values are in this table.
SELECT feature, version FROM features.current WHERE 'features.' || "view" = $table ORDER BY feature
