# syntax=docker/dockerfile:1
# One image for web, worker, beat and migrations; deploy/entrypoint has the verbs.

FROM python:3.11-slim AS packages
WORKDIR /app
ENV PIP_NO_CACHE_DIR=1 UV_NO_CACHE=1 UV_LINK_MODE=copy UV_PYTHON_DOWNLOADS=never
COPY pyproject.toml uv.lock requirements.lock ./
# The locked uv, checked by its hashes as everything else.
RUN sed -n '/^uv==/,/^[^ u]/{/^uv==\|^ /p}' requirements.lock > /tmp/uv.txt \
    && python -m venv /uv && /uv/bin/pip install --no-deps --require-hashes -r /tmp/uv.txt
RUN /uv/bin/uv sync --frozen --python /usr/local/bin/python

FROM python:3.11-slim
# The three libraries that the PDF renderer loads; fonts come with the program.
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 \
    && rm -rf /var/lib/apt/lists/*
# PostgreSQL's client library and others ask who they are, so the user has an entry.
RUN useradd --uid 10001 --create-home --shell /usr/sbin/nologin o2c \
    && install -d -o o2c -g o2c /var/lib/o2c
WORKDIR /app
COPY --from=packages /app/.venv /app/.venv
COPY . .
ENV PATH=/app/.venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    PYTHONDONTWRITEBYTECODE=1 \
    DJANGO_SETTINGS_MODULE=o2c.settings.production \
    FONTCONFIG_FILE=/app/fonts.conf \
    XDG_CACHE_HOME=/tmp/cache \
    O2C_RUN_DIR=/var/lib/o2c
# Translations and static files are made once, here; neither needs a secret or a server.
RUN find . -path ./.venv -prune -o -name '*.po' -exec sh -c 'python -m babel.messages.frontend compile -i "$1" -o "${1%.po}.mo"' _ {} \; \
    && O2C_SECRET_KEY=only-while-building O2C_ALLOWED_HOSTS=localhost \
        EMAIL_URL=console: O2C_MAIL_FROM=nobody@localhost python manage.py collectstatic --no-input
USER o2c
VOLUME /var/lib/o2c
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=10s --start-period=30s CMD ["/app/deploy/entrypoint", "healthcheck", "web"]
ENTRYPOINT ["/app/deploy/entrypoint"]
CMD ["web"]
