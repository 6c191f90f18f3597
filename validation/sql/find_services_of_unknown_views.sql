-- One row a view version that a service names and features.views does not hold, or holds as another feature.
SELECT services.service, services.feature, services."view", services.version
FROM {batch} AS services
ANTI JOIN features.views AS views
  ON views."view" = services."view" AND views.version = services.version AND views.feature = services.feature
