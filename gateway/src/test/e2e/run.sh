#!/usr/bin/env bash
# Proofs from the client's side against a running gateway: a wx shim on node, a mini-program and the demo page in
# Chromium. Takes MAGPIE_URL (default http://127.0.0.1:8080) and CHROMIUM (a browser's path); "./magpie test" calls it.
set -euo pipefail
cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")"
export MAGPIE_URL="${MAGPIE_URL:-http://127.0.0.1:8080}"
# The browser is the system's: npm brings none.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

fail() { echo "e2e: $*" >&2; exit 1; }

find_chromium() {
  local name
  for name in ${CHROMIUM:+"$CHROMIUM"} chromium chromium-browser google-chrome; do
    command -v "$name" && return
  done
  return 1
}

need_node() {
  command -v node >/dev/null || fail "node 20.14 or newer is needed"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || a === 20 && b >= 14 ? 0 : 1)' \
    || fail "node $(node --version) is too old: 20.14 or newer is needed"
  command -v npm >/dev/null || fail "npm 10 or newer is needed"
  local npm_version
  npm_version="$(npm --version)"
  [ "${npm_version%%.*}" -ge 10 ] || fail "npm $npm_version is too old: 10 or newer is needed"
}

need_chromium() {
  CHROMIUM="$(find_chromium)" && return
  [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null \
    || fail "a browser is needed: install Chromium (Debian: apt-get install chromium) or set CHROMIUM to its path"
  echo "e2e: installing Chromium"
  apt-get update -qq
  # The font is for the pictures: rooms and messages in them are partly Chinese.
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-wqy-microhei >/dev/null
  CHROMIUM="$(find_chromium)" || fail "Chromium was installed but isn't found"
}

need_packages() {
  cmp -s package-lock.json node_modules/.installed-lock.json && return
  echo "e2e: installing npm packages"
  npm ci --ignore-scripts --no-audit --no-fund --loglevel=error
  cp package-lock.json node_modules/.installed-lock.json
}

need_gateway() {
  node -e 'fetch(process.env.MAGPIE_URL + "/health").then(r => process.exit(r.ok ? 0 : 1), () => process.exit(1))' \
    || fail "no gateway answers at $MAGPIE_URL: start one with ./magpie run, or set MAGPIE_URL"
}

need_node
need_chromium
export CHROMIUM
need_packages
need_gateway
npm run --silent build >/dev/null
echo "e2e: testing $MAGPIE_URL with node $(node --version) and $("$CHROMIUM" --version 2>/dev/null || echo "$CHROMIUM")"
if node --test --test-force-exit --test-reporter=spec; then
  echo "e2e: all passed; pictures: gateway/target/e2e/*.png"
else
  fail "failed (above)"
fi
