FROM python:3.13-slim AS build
WORKDIR /src
COPY requirements requirements
# The development lock holds what builds the wheel; this stage is thrown away.
RUN pip install --no-cache-dir --require-hashes -r requirements/dev.txt
COPY . .
RUN pip wheel --no-cache-dir --no-deps --no-build-isolation --wheel-dir /dist .

FROM python:3.13-slim
# The ledger, the log key and its checkpoint lie in the volume: nothing else can be written.
ENV PYTHONUNBUFFERED=1 XDG_DATA_HOME=/data MINUTEBOOK_DB=/data/minutebook.db
COPY requirements/run.txt /tmp/run.txt
RUN pip install --no-cache-dir --require-hashes -r /tmp/run.txt && rm /tmp/run.txt
RUN --mount=type=bind,from=build,source=/dist,target=/dist \
    pip install --no-cache-dir --no-deps /dist/*.whl
RUN useradd --system --uid 10001 --user-group minutebook \
    && install -d -o minutebook -g minutebook /data
USER minutebook
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=10s --timeout=3s --start-period=15s \
    CMD ["python", "-c", "from urllib.request import urlopen; urlopen('http://127.0.0.1:8000/readyz', timeout=2)"]
CMD ["minutebook", "serve", "--host", "0.0.0.0", "--port", "8000"]
