#!/bin/sh
# Installs what the tests of the server use beside Node: nginx, promtool, wrk, kcat. For Debian and Ubuntu, as root.
set -eu
export DEBIAN_FRONTEND=noninteractive
# Neither nginx nor Prometheus is to be started as a service.
policy=/usr/sbin/policy-rc.d
if [ ! -e "$policy" ]; then
  printf '#!/bin/sh\nexit 101\n' > "$policy"
  chmod +x "$policy"
  trap 'rm -f "$policy"' EXIT
fi
apt-get -o DPkg::Lock::Timeout=600 update
apt-get -o DPkg::Lock::Timeout=600 install -y --no-install-recommends nginx-light prometheus wrk openssl kcat
