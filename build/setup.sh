# shellcheck shell=bash
# What ./run.sh and ./test.sh share: make sure that the tools are there, install them through apt where that is possible,
# and otherwise say in one line what is missing. Quiet when nothing is missing. Source it; it runs nothing by itself.

fail() { echo "$(basename "$0"): $*" >&2; exit 1; }

# Leaves the list of SDKs in $sdks.
need_dotnet() {
  command -v dotnet >/dev/null 2>&1 || fail "the .NET 10 SDK is missing: install it (https://dotnet.microsoft.com/download/dotnet/10.0) and run this again."
  sdks=$(dotnet --list-sdks 2>/dev/null)
  grep -q '^10\.' <<<"$sdks" || fail "the .NET 10 SDK is missing: 'dotnet --list-sdks' lists $(cut -d' ' -f1 <<<"$sdks" | tr '\n' ' ')only."
  export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1
}

# need_packages PACKAGE...: installs what is missing of these Debian packages.
need_packages() {
  local missing=() package installed
  if ! command -v dpkg-query >/dev/null 2>&1; then
    fail "this is not a Debian-like system: install what these Debian packages hold and run 'dotnet run --project CryptoAspire.AppHost': $*"
  fi
  installed=$(dpkg-query -W -f='${Package} ${Status}\n' "$@" 2>/dev/null) || true   # it fails for those that it never heard of
  for package in "$@"; do
    grep -qFx "$package install ok installed" <<<"$installed" || missing+=("$package")
  done
  [ ${#missing[@]} -gt 0 ] || return 0
  local root=()
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null 2>&1 || fail "missing packages and neither root nor sudo: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  echo "Installing ${missing[*]} ..."
  local log; log=$(mktemp)
  if ! { "${root[@]}" apt-get update && "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } >"$log" 2>&1; then
    tail -n 5 "$log" >&2
    fail "apt-get could not install ${missing[*]} (whole log: $log)"
  fi
  rm -f "$log"
}

# Node.js 18 or newer with npm: from wherever it is, else from Debian.
need_node() {
  if ! command -v npm >/dev/null 2>&1; then need_packages nodejs npm; fi
  local major; major=$(node --version 2>/dev/null | sed 's/^v\([0-9]*\).*/\1/')
  [ "${major:-0}" -ge 18 ] || fail "Node.js 18 or newer is needed, found $(node --version 2>/dev/null || echo none)."
}
