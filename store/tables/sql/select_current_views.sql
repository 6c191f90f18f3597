-- one row a feature: the view version that counts today
FROM features.current ORDER BY feature
