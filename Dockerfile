# affect-store with all dependencies: the server, the worker and the command `affect` run from this image.
FROM python:3.11-slim-bookworm

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 affect

WORKDIR /src
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE ./
COPY flows ./flows
COPY store ./store
COPY models ./models
COPY validation ./validation
COPY dashboards ./dashboards
# the package is a folder of links to those above
COPY src ./src
RUN pip install --no-cache-dir --no-deps --no-build-isolation . \
    && mkdir /data && chown 1000:1000 /data

USER 1000
WORKDIR /data
ENV AFFECT_HOME=/data/affect \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PREFECT_HOME=/data/prefect
VOLUME /data
ENTRYPOINT ["affect"]
CMD ["--help"]
