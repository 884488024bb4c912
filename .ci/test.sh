#!/usr/bin/env bash
# Everything that must hold before a change lands. Called by "./magpie test"; "--long" adds what takes many minutes.
set -euo pipefail
cd "$(dirname "$0")/.."

long=false
for argument in "$@"; do
  case "$argument" in
    --long) long=true ;;
    -h|--help) echo "usage: ./magpie test [--long]"; exit 0 ;;
    *) echo "magpie test: unknown option '$argument' (only --long)" >&2; exit 2 ;;
  esac
done

step() { printf '\n== %s (%s)\n' "$1" "$(date +%T)"; }

# The tests need node 20.14 and npm 10 or newer. Where the distribution's are older, newer ones come from npm itself.
need_node() {
  version() { "$1" --version 2>/dev/null | tr -d v | awk -F. '{ print $1 * 1000 + $2 }'; }
  [ "$(version node)" -ge 20014 ] && [ "$(version npm)" -ge 10000 ] && return
  step "installing a newer node below target/"
  npm install --silent --no-audit --no-fund --prefix target/node node@20 npm@10
  PATH="$PWD/target/node/node_modules/.bin:$PATH"
  [ "$(version node)" -ge 20014 ] && [ "$(version npm)" -ge 10000 ] && return
  echo "magpie test: node 20.14 and npm 10 or newer are needed; please install them" >&2
  exit 1
}

# nginx with its stream module, built in or beside it. Its directory is in root's PATH alone.
has_nginx() (
  PATH="$PATH:/usr/sbin:/usr/local/sbin"
  built="$(nginx -V 2>&1)" || exit 1
  [[ "$built" =~ --with-stream([[:space:]]|$) ]] && exit
  modules="$(sed -n 's/.*--modules-path=\([^ ]*\).*/\1/p' <<<"$built")"
  [ -n "$modules" ] && [ -f "$modules/ngx_stream_module.so" ]
)

# Packages start their services when they are installed, unless a policy says no; a machine that has one keeps it.
install_packages() (
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    trap 'rm -f "$policy"' EXIT
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod +x "$policy"
  fi
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@" >/dev/null
)

need() {
  local missing=() no_nginx=false
  command -v mvn >/dev/null || missing+=(maven)
  command -v javac >/dev/null || [ -x "${JAVA_HOME:-/nonexistent}/bin/javac" ] || missing+=(default-jdk-headless)
  command -v node >/dev/null || missing+=(nodejs)
  command -v npm >/dev/null || missing+=(npm)
  command -v curl >/dev/null || missing+=(curl)
  command -v unzip >/dev/null || missing+=(unzip)
  has_nginx || missing+=(nginx libnginx-mod-stream)
  [ ${#missing[@]} -eq 0 ] && return
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    step "installing ${missing[*]}"
    (PATH="$PATH:/usr/sbin:/usr/local/sbin"; command -v nginx >/dev/null) || no_nginx=true
    install_packages "${missing[@]}"
    # The tests start an nginx of their own; the service that came with it shan't start with the machine either.
    if $no_nginx && command -v systemctl >/dev/null; then systemctl --quiet disable nginx 2>/dev/null || true; fi
  else
    echo "magpie test: please install: ${missing[*]} (Debian: apt-get install ${missing[*]})" >&2
    exit 1
  fi
}

gateway_pid=""
work="$(mktemp -d)"
cleanup() {
  if [ -n "$gateway_pid" ]; then kill "$gateway_pid" 2>/dev/null || true; wait "$gateway_pid" 2>/dev/null || true; fi
  rm -rf "$work"
}
trap cleanup EXIT

# Starts the release that was just built on free ports; sets gateway_pid and url. It takes newcomers also when the machine
# is busy with other things.
start_gateway() {
  unzip -q -o gateway/target/magpie-*.zip -d "$work"
  local release
  release="$(echo "$work"/magpie-*)"
  "$release/magpie" run --set listen.port=0 --set listen.host=127.0.0.1 --set management.port=0 \
    --set log.directory="$work/data" --set overload.loop-lag=0s --set overload.heap=0 "$@" >"$work/gateway.log" 2>&1 &
  gateway_pid=$!
  local line=""
  for _ in $(seq 1 1200); do
    line="$(grep -m1 'gateway.started' "$work/gateway.log" || true)"
    [ -n "$line" ] && break
    kill -0 "$gateway_pid" 2>/dev/null || { cat "$work/gateway.log" >&2; exit 1; }
    sleep 0.1
  done
  [ -n "$line" ] || { echo "the gateway didn't start in time" >&2; cat "$work/gateway.log" >&2; exit 1; }
  port="$(sed -E 's/.* listen=[^ ]*:([0-9]+) .*/\1/' <<<"$line")"
  management="$(sed -E 's/.* management=[^ ]*:([0-9]+) .*/\1/' <<<"$line")"
  url="http://127.0.0.1:$port"
}

stop_gateway() {
  kill "$gateway_pid"
  wait "$gateway_pid" || true
  gateway_pid=""
  if grep -E 'WARNING:|LEAK:| ERROR ' "$work/gateway.log"; then
    echo "the gateway's log has warnings or errors (above)" >&2
    exit 1
  fi
}

need
need_node

step "build, gates, unit and integration tests"
sections="1,2,3,4,5,6,7,10"
$long && sections="1,2,3,4,5,6,7,9,10"
# Seconds for each target of the fuzzer; the short run tries the same inputs each time.
fuzz=20 seed=1
if $long; then fuzz=600 seed=0; fi
mvn -B -ntp verify -Dautobahn.sections="$sections" -Dmagpie.long="$long" -Dmagpie.fuzz.seconds="$fuzz" -Dmagpie.fuzz.seed="$seed" 2>&1 | tee "$work/maven.log"
cat gateway/target/fuzz/report.md 2>/dev/null || true
if grep -q 'LEAK:' "$work/maven.log"; then
  echo "a buffer leaked: see LEAK: above" >&2
  exit 1
fi

step "golden vectors in JavaScript"
node --test protocol/src/test/js/*.test.js

step "the release: a real mini-program, a browser, a scrape, a little load"
start_gateway
MAGPIE_URL="$url" bash gateway/src/test/e2e/run.sh
curl -fsS "http://127.0.0.1:$management/metrics" >"$work/metrics"
grep '^magpie_deliveries_total [1-9]' "$work/metrics"
bench="$(ls bench/target/magpie-bench-*-all.jar)"
# A verdict about the machine (the bench short of CPU) is printed but isn't a fault of the gateway; any other is.
load() {
  "${JAVA_HOME:+$JAVA_HOME/bin/}java" -jar "$bench" --url "ws://127.0.0.1:$port/ws" --server-pid "$gateway_pid" \
    --out "$work/bench.json" "$@" && return
  node -e '
    const { reasons } = JSON.parse(require("fs").readFileSync(process.argv[1]))
    const machine = r => r.startsWith("the bench is the bottleneck") || r.includes("messages/s were sent of")
    process.exit(reasons.length > 0 && reasons.every(machine) ? 0 : 1)' "$work/bench.json"
}
load --clients 200 --rooms 4 --rate 200 --duration 5s --warmup 2s
stop_gateway

if $long; then
  step "load: 2,000 clients, and one room of 1,000"
  start_gateway
  load --clients 2000 --rooms 20 --rate 200 --duration 20s
  load --clients 1000 --rooms 1 --rate 100 --duration 20s
  stop_gateway
fi

step "all passed"
