#!/bin/sh
# Make each named password file once, at random: no password is part of this repository.
set -eu
for file in "$@"; do
  [ -s "$file" ] && continue
  od -An -N24 -tx1 /dev/urandom | tr -d ' \n' > "$file.part"
  chmod 444 "$file.part"
  mv "$file.part" "$file"
done
