#!/usr/bin/env bash
# Point-in-time recovery of PostgreSQL, tried on a server of its own: sales are written all the time, the primary
# archives its log, a table is dropped by mistake, and a second server is brought to the moment before. Prints what
# it measured. Needs the programs of PostgreSQL in PG_BIN and a user other than root (default: postgres).
#
#   PG_BIN=/usr/lib/postgresql/15/bin examples/worker/recovery/pitr-drill.sh [ROWS]
set -euo pipefail

ROWS=${1:-1000000}
PG_BIN=${PG_BIN:-/usr/lib/postgresql/15/bin}
PG_USER=${PG_USER:-postgres}
PORT=${PORT:-$((20000 + RANDOM % 20000))}
RESTORED_PORT=${RESTORED_PORT:-$((PORT + 1))}
ROOT=$(mktemp -d)
chmod 755 "$ROOT"
ARCHIVE=$ROOT/archive PRIMARY=$ROOT/primary BASE=$ROOT/base RESTORED=$ROOT/restored

as_server() {
  if [ "$(id -u)" = 0 ]; then su "$PG_USER" -s /bin/bash -c "$*"; else bash -c "$*"; fi
}
ask() { "$PG_BIN/psql" -h 127.0.0.1 -p "$1" -U "$PG_USER" -d postgres -XAtqc "$2"; }
seconds() { date +%s.%N; }
elapsed() { awk "BEGIN { printf \"%.1f\", $2 - $1 }"; }

cleanup() {
  [ $? = 0 ] || tail -n 5 "$ROOT"/*.log >&2 || true
  for data in "$PRIMARY" "$RESTORED"; do
    [ -f "$data/postmaster.pid" ] && as_server "$PG_BIN/pg_ctl -D $data -m immediate stop" >/dev/null 2>&1 || true
  done
  rm -rf "$ROOT"
}
trap cleanup EXIT

if [ "$(id -u)" = 0 ]; then chown "$PG_USER" "$ROOT"; fi
as_server "mkdir $ARCHIVE"
as_server "$PG_BIN/initdb -D $PRIMARY -A trust -U $PG_USER" >/dev/null
# A segment is archived when it is full, and after a minute at the latest: what the log of the last minute holds is
# all that can be lost with the disk. `cp` to a new name and `mv` keep half a segment from being taken for a whole one.
as_server "cat >> $PRIMARY/postgresql.conf" <<CONF
port = $PORT
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
wal_level = replica
archive_mode = on
archive_timeout = 60
archive_command = 'test ! -f $ARCHIVE/%f && cp %p $ARCHIVE/%f.part && mv $ARCHIVE/%f.part $ARCHIVE/%f'
CONF
as_server "$PG_BIN/pg_ctl -D $PRIMARY -w -l $ROOT/primary.log start" >/dev/null

ask "$PORT" "CREATE TABLE sales (id bigint PRIMARY KEY, day date, units int, written timestamptz DEFAULT clock_timestamp());
  INSERT INTO sales SELECT i, date '2022-01-01' + i % 730, i % 23 FROM generate_series(1, $ROWS) i;"
as_server "$PG_BIN/pg_basebackup -h 127.0.0.1 -p $PORT -U $PG_USER -D $BASE -X stream -c fast"
ask "$PORT" "INSERT INTO sales SELECT $ROWS + i, '2024-01-01', i FROM generate_series(1, 10000) i;"
EXPECTED=$(ask "$PORT" "SELECT count(*), sum(units * id) FROM sales")
sleep 1
TARGET=$(ask "$PORT" "SELECT clock_timestamp()")
sleep 1
ask "$PORT" "DROP TABLE sales;"

# The last writes before the disk is lost: how long until they are in the archive is the recovery point.
ask "$PORT" "CREATE TABLE last_words (at timestamptz); INSERT INTO last_words VALUES (clock_timestamp());"
SEGMENT=$(ask "$PORT" "SELECT pg_walfile_name(pg_current_wal_lsn())")
WRITTEN=$(seconds)
until [ -f "$ARCHIVE/$SEGMENT" ]; do sleep 0.2; done
RPO=$(elapsed "$WRITTEN" "$(seconds)")
as_server "$PG_BIN/pg_ctl -D $PRIMARY -m immediate stop" >/dev/null

BEGUN=$(seconds)
as_server "cp -r $BASE $RESTORED && touch $RESTORED/recovery.signal && chmod 700 $RESTORED"
as_server "cat >> $RESTORED/postgresql.conf" <<CONF
port = $RESTORED_PORT
archive_mode = off
restore_command = 'cp $ARCHIVE/%f %p'
recovery_target_time = '$TARGET'
recovery_target_action = 'promote'
CONF
as_server "$PG_BIN/pg_ctl -D $RESTORED -w -t 300 -l $ROOT/restored.log start" >/dev/null
until [ "$(ask "$RESTORED_PORT" 'SELECT pg_is_in_recovery()')" = f ]; do sleep 0.2; done
FOUND=$(ask "$RESTORED_PORT" "SELECT count(*), sum(units * id) FROM sales")
RTO=$(elapsed "$BEGUN" "$(seconds)")

echo "rows and checksum before the mistake: $EXPECTED"
echo "rows and checksum after the recovery: $FOUND"
echo "recovery point (s until the last write is archived): $RPO"
echo "recovery time (s from base backup to answering): $RTO"
[ "$FOUND" = "$EXPECTED" ] || { echo 'The recovered data differs' >&2; exit 1; }
