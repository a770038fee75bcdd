#!/bin/sh
# Run once, when the primary's cluster is new: a role that owns the ledger, a role that copies it.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner="$(cat "$OWNER_PASSWORD_FILE")" --set replica="$(cat "$REPLICA_PASSWORD_FILE")" <<'SQL'
CREATE ROLE minutebook LOGIN PASSWORD :'owner';
CREATE ROLE replica LOGIN REPLICATION PASSWORD :'replica';
CREATE DATABASE minutebook OWNER minutebook;
SQL
# "all" in a line of this file never means replication.
echo 'host replication replica all scram-sha-256' >> "$PGDATA/pg_hba.conf"
