"""Failovers of three PostgreSQL nodes under Patroni and etcd, while clients append and follow."""
