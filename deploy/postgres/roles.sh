#!/bin/sh
# Run once, when the primary's cluster is new: a role that owns the ledger, one that serves it, one
# that copies it. What the second may do, minutebook grant says once there are tables.
set -eu
psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
  --set owner="$(cat "$OWNER_PASSWORD_FILE")" --set service="$(cat "$SERVICE_PASSWORD_FILE")" \
  --set replica="$(cat "$REPLICA_PASSWORD_FILE")" <<'SQL'
CREATE ROLE minutebook LOGIN PASSWORD :'owner';
CREATE ROLE service LOGIN PASSWORD :'service';
CREATE ROLE replica LOGIN REPLICATION PASSWORD :'replica';
CREATE DATABASE minutebook OWNER minutebook;
SQL
# "all" in a line of this file never means replication.
echo 'host replication replica all scram-sha-256' >> "$PGDATA/pg_hba.conf"
