#!/bin/bash
# Stands in for what the PostgreSQL image runs first: makes a new cluster, lets the scripts of the
# composition set it up while only its own socket answers, and becomes the server.
set -eu
mkdir -p "$PGDATA"
chmod 700 "$PGDATA"
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  # shellcheck disable=SC2086  # several arguments
  initdb --username=postgres --pwfile="$POSTGRES_PASSWORD_FILE" ${POSTGRES_INITDB_ARGS:-}
  printf '\nhost all all all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
  POSTGRES_USER=postgres PGPASSWORD=$(cat "$POSTGRES_PASSWORD_FILE")
  export POSTGRES_USER PGPASSWORD
  pg_ctl -w -o "-c listen_addresses=''" start
  for script in /docker-entrypoint-initdb.d/*; do
    "$script"
  done
  pg_ctl -w -m fast stop
  unset PGPASSWORD
fi
exec "$@"
