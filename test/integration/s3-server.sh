#!/bin/bash
# A real S3 server for the integration tests: Ceph's object gateway over one in-memory storage daemon. It checks
# signatures and honours conditional writes. On Debian `install` installs the packages.
#
#   test/integration/s3-server.sh install
#   test/integration/s3-server.sh start    prints the environment that the tests read
#   test/integration/s3-server.sh stop
set -euo pipefail
DIRECTORY=${S3_SERVER_DIRECTORY:-/tmp/commerce-forecast-s3}
PORT=${S3_SERVER_PORT:-18380}
MONITOR_PORT=$((PORT + 1))
ACCESS_KEY=integration
SECRET_KEY=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
CONF=$DIRECTORY/ceph.conf

write_configuration() {
  cat >"$CONF" <<C
[global]
fsid = $(cat /proc/sys/kernel/random/uuid)
keyring = $DIRECTORY/keyring
mon host = v2:127.0.0.1:$MONITOR_PORT
mon initial members = a
mon allow pool size one = true
mon data avail crit = 1
mon max pg per osd = 1000
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 4
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
rgw rados pool pg num min = 4
rgw frontends = beast endpoint=127.0.0.1:$PORT
rgw data = $DIRECTORY/gateway
run dir = $DIRECTORY/run
admin socket = $DIRECTORY/run/\$name.asok
log file = $DIRECTORY/\$name.log
pid file = $DIRECTORY/run/\$name.pid
[mon.a]
mon data = $DIRECTORY/monitor
[osd.0]
osd data = $DIRECTORY/storage
osd objectstore = memstore
memstore device bytes = 2147483648
C
}

write_keys() {
  ceph-authtool -C "$DIRECTORY/keyring" --gen-key -n mon. --cap mon 'allow *'
  ceph-authtool "$DIRECTORY/keyring" --gen-key -n client.admin --cap mon 'allow *' --cap osd 'allow *'
  ceph-authtool "$DIRECTORY/keyring" --gen-key -n osd.0 --cap mon 'allow profile osd' --cap osd 'allow *'
}

start_monitor() {
  local fsid
  fsid=$(awk '/^fsid/{print $3}' "$CONF")
  monmaptool --create --fsid "$fsid" --addv a "[v2:127.0.0.1:$MONITOR_PORT]" "$DIRECTORY/monmap"
  ceph-mon -c "$CONF" --mkfs -i a --monmap "$DIRECTORY/monmap" --keyring "$DIRECTORY/keyring"
  ceph-mon -c "$CONF" -i a
}

start_storage() {
  local uuid
  uuid=$(cat /proc/sys/kernel/random/uuid)
  timeout 30 ceph -c "$CONF" osd new "$uuid"
  ceph-osd -c "$CONF" -i 0 --mkfs --osd-uuid "$uuid"
  timeout 30 ceph -c "$CONF" auth add osd.0 -i "$DIRECTORY/keyring"
  ceph-osd -c "$CONF" -i 0
}

start_gateway() {
  timeout 60 radosgw-admin -c "$CONF" user create --uid=test --display-name=test \
    --access-key="$ACCESS_KEY" --secret-key="$SECRET_KEY"
  radosgw -c "$CONF" -n client.admin
}

wait_for_gateway() {
  for _ in $(seq 60); do
    if (exec 3<>"/dev/tcp/127.0.0.1/$PORT") 2>/dev/null; then return 0; fi
    sleep 1
  done
  echo "The gateway did not answer on port $PORT; see $DIRECTORY" >&2
  return 1
}

stop() {
  local file pid
  for file in "$DIRECTORY"/run/*.pid; do
    [ -e "$file" ] || continue
    pid=$(cat "$file")
    kill "$pid" 2>/dev/null || continue
    for _ in $(seq 50); do kill -0 "$pid" 2>/dev/null && sleep 0.2 || break; done
    kill -9 "$pid" 2>/dev/null || true
  done
  rm -rf "$DIRECTORY"
}

case "${1:-}" in
  install) DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends ceph-mon ceph-osd radosgw ;;
  stop) stop ;;
  start)
    stop
    mkdir -p "$DIRECTORY"/{monitor,storage,gateway,run}
    {
      write_configuration
      write_keys
      start_monitor
      start_storage
      start_gateway
      wait_for_gateway
    } >"$DIRECTORY/start.log" 2>&1 </dev/null || { cat "$DIRECTORY/start.log" >&2; exit 1; }
    echo "export TEST_S3_ENDPOINT=http://127.0.0.1:$PORT TEST_S3_ACCESS_KEY=$ACCESS_KEY TEST_S3_SECRET_KEY=$SECRET_KEY"
    ;;
  *)
    echo "usage: $0 install | start | stop" >&2
    exit 2
    ;;
esac
