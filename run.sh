#!/usr/bin/env bash
# Runs CryptoAspire. Does its own set-up on a Debian machine with the .NET 10 SDK; builds only when something has changed.
#   ./run.sh                                       live prices when an exchange answers, else the simulated market
#   ./run.sh --Feeds:Mode=replay --Replay:Path=... arguments go to the AppHost:
#     --Feeds:Mode=auto|live|simulated|replay      --Replay:Path=FILE[;FILE] --Replay:Speed=1|10|max --Replay:Loop=true
#     --Ports:Dashboard=8080 --Ports:Api=8000 --Ports:Kafka=9092 --Ports:Postgres=5433
#     --DataDirectory=.data  --StreamProcessor:Replicas=1   --publisher manifest --output-path FILE
#   ./run.sh import FILE...                        candles of the past from files into the system that runs (--help; docs/IMPORT.md)
[ "${1:-}" = import ] || case " $* " in *" --help "* | *" -h "*) sed -n '2,9s/^# \{0,1\}//p' "$0"; exit 0 ;; esac
set -uo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd) || exit 1
. "$here/build/setup.sh"

need_dotnet
need_packages librdkafka1 postgresql util-linux procps

# What the last build was made of: names, sizes and times of every source file, and the SDKs.
apphost=$here/CryptoAspire.AppHost/bin/Release/net10.0/CryptoAspire.AppHost.dll
stamp=$here/CryptoAspire.AppHost/obj/run.stamp
sources() {
  echo "$sdks"
  find "$here" \( -name .git -o -name .data -o -name bin -o -name obj -o -name node_modules -o -path "$here/tests" -o -path "$here/docs" \) -prune \
    -o -type f ! -name '*.md' -printf '%P %s %T@\n' | LC_ALL=C sort
}
made_of=$(cd "$here" && sources | sha256sum)
if [ ! -f "$apphost" ] || [ "$made_of" != "$(cat "$stamp" 2>/dev/null)" ]; then
  need_node
  echo "Building (a minute or two) ..."
  if ! output=$(dotnet build "$here/CryptoAspire.AppHost" -c Release --nologo -v q 2>&1); then
    echo "$output" >&2
    fail "the build failed"
  fi
  # The build itself may bring files (npm packages into wwwroot): what counts is how things are now.
  (cd "$here" && sources | sha256sum) >"$stamp"
fi

# The import is the producer's; it finds the database of the system that runs from this data directory, unless it is told another.
if [ "${1:-}" = import ]; then
  shift
  data=$here/.data args=()
  for arg in "$@"; do case $arg in --DataDirectory=*) data=${arg#*=} ;; *) args+=("$arg") ;; esac; done
  case " ${ConnectionStrings__crypto:+--has-one }${args[*]} " in
    *" --has-one "* | *" --dry-run "* | *" --help "* | *" -h "*) ;;
    *)
      port=$(sed -n 4p "$data/postgres/cluster/postmaster.pid" 2>/dev/null)
      [ -n "$port" ] || fail "no system runs from $data: start ./run.sh first, or set ConnectionStrings__crypto"
      # A file of an older version writes some characters as \u002B.
      password=$(printf '%b' "$(sed -n 's/.*"postgres-password": *"\([^"]*\)".*/\1/p' "$data/secrets.json" 2>/dev/null)")
      [ -n "$password" ] || fail "the password in $data/secrets.json cannot be read"
      export ConnectionStrings__crypto="Host=127.0.0.1;Port=$port;Username=postgres;Password=$password;Database=crypto"
      ;;
  esac
  exec dotnet "$here/services/CryptoAspire.Producer/bin/Release/net10.0/CryptoAspire.Producer.dll" import "${args[@]}"
fi

# Machine code for the next start, from what this one leaves of the cores. A pipe's reader must not wait for it, nor anybody when the AppHost has ended.
case " $* " in
  *" --publisher "* | *" --operation "*) ;;
  *) setsid setpriv --pdeathsig TERM nice -n 19 "$here/build/precompile/precompile.sh" 20 <&- >/dev/null 2>&1 & ;;
esac

# What the AppHost's launch profile sets; exec, so that signals reach the AppHost itself.
export DOTNET_ENVIRONMENT=${DOTNET_ENVIRONMENT:-Development}
exec dotnet "$apphost" "$@"
