#!/bin/sh
# Serve reads from a copy of the primary that follows it. The copy is made at the first start.
set -eu
if [ ! -s "$PGDATA/PG_VERSION" ]; then
  rm -rf "$PGDATA.part"
  mkdir -p "$(dirname "$PGDATA")"
  PGPASSWORD="$(cat "$REPLICA_PASSWORD_FILE")" pg_basebackup --pgdata "$PGDATA.part" \
    --host "$PRIMARY_HOST" --port "${PRIMARY_PORT:-5432}" --username replica \
    --write-recovery-conf --wal-method stream --checkpoint fast
  mv "$PGDATA.part" "$PGDATA"
fi
exec postgres "$@"
