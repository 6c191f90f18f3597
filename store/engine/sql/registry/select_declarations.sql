-- One row per declaration of a primary comparison, the latest first.
FROM registry.declared ORDER BY declared_at DESC, hash
