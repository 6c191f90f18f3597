-- One row per view version of a service that is missing from features.views, or is of another feature there.
SELECT services.service, services.feature, services."view", services.version
FROM {batch} AS services
ANTI JOIN features.views AS views
  ON views."view" = services."view" AND views.version = services.version AND views.feature = services.feature
