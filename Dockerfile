# syntax=docker/dockerfile:1
FROM node:22-slim AS vendor
WORKDIR /build
COPY package.json package-lock.json vendor.mjs ./
RUN npm ci --ignore-scripts --no-audit --no-fund && npm run vendor

FROM python:3.13-slim AS libraries
COPY requirements/service.lock .
RUN python -m venv /venv \
 && /venv/bin/pip install --no-cache-dir --no-compile --require-hashes --only-binary :all: -r service.lock \
 && /venv/bin/pip uninstall --yes pip

FROM python:3.13-slim
RUN useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin hearback \
 && install -d -o hearback -g hearback /var/lib/hearback
COPY --from=libraries /venv /venv
WORKDIR /app
COPY pyproject.toml ./
COPY migrations ./migrations
COPY listener ./listener
COPY triage ./triage
COPY api ./api
COPY --from=vendor /build/api/static/vendor ./api/static/vendor
ENV PATH=/venv/bin:$PATH PYTHONPATH=/app PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 \
    HEARBACK_STATE=/var/lib/hearback HEARBACK_HOST=0.0.0.0 HEARBACK_DEMO=0
USER hearback
EXPOSE 8000
STOPSIGNAL SIGTERM
ENTRYPOINT ["python", "-m", "api.command"]
CMD ["serve"]
