# affect-store with everything it needs: the server, the worker and the command `affect` run from this one image.
FROM python:3.11-slim-bookworm

SHELL ["/bin/bash", "-o", "pipefail", "-c"]
# hadolint ignore=DL3008
RUN apt-get update \
    && apt-get install -y --no-install-recommends libgl1 libglib2.0-0 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --create-home --uid 1000 affect

WORKDIR /app
COPY requirements.lock ./
RUN pip install --no-cache-dir --no-deps --require-hashes -r requirements.lock
COPY pyproject.toml README.md LICENSE prefect.yaml ./
COPY flows ./flows
COPY store ./store
COPY models ./models
COPY validation ./validation
COPY dashboards ./dashboards
RUN pip install --no-cache-dir --no-deps --no-build-isolation -e . \
    && mkdir /data && chown 1000:1000 /data /app

USER 1000
ENV AFFECT_HOME=/data/affect \
    AFFECT_STORE_DIR=/app \
    DO_NOT_TRACK=1 \
    PREFECT_SERVER_ANALYTICS_ENABLED=false \
    PREFECT_HOME=/data/prefect
VOLUME /data
ENTRYPOINT ["affect"]
CMD ["--help"]
