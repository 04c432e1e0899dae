#!/usr/bin/env bash
# Builds everything and runs every test. Does its own set-up on a Debian machine with the .NET 10 SDK.
#   ./test.sh                 all test projects
#   ./test.sh LocalKafka Api  only the named ones (CryptoAspire.<Name>.Tests)
set -uo pipefail
cd "$(dirname "$0")" || exit 1
. build/setup.sh

need_dotnet
need_packages librdkafka1 kcat python3 python3-kafka python3-lz4 python3-snappy postgresql chromium prometheus procps util-linux
need_node

# Hundreds of processes that live for seconds: what pays in a long life (profiles of hot code, heaps a core, threads that wait awake) only costs here.
export DOTNET_TieredPGO=0 DOTNET_gcServer=0 DOTNET_ThreadPool_UnfairSemaphoreSpinLimit=0

started=$SECONDS
echo "Building ..."
dotnet build CryptoAspire.sln --nologo -v q -clp:NoSummary || fail "the build failed"
echo "Built in $((SECONDS - started)) s."

# Two projects at a time where there are two cores: their tests mostly wait, for servers, clocks and faults. The longest first.
longest="AppHost Browser LocalKafka Producer StreamProcessor LocalHosting Storage AggregationScheduler"
names=()
for name in $longest $(ls -d tests/*.Tests | sed 's|.*CryptoAspire\.||; s|\.Tests$||'); do
  case " ${names[*]} " in *" $name "*) continue ;; esac
  if [ $# -gt 0 ]; then case " $* " in *" $name "*) ;; *) continue ;; esac; fi
  names+=("$name")
done
[ ${#names[@]} -gt 0 ] || fail "no test project is named $*"

results=$(mktemp -d)
trap 'rm -rf "$results"' EXIT
trap 'kill $(jobs -p) 2>/dev/null; exit 130' INT TERM
run() {
  local project=CryptoAspire.$1.Tests began=$SECONDS
  timeout --kill-after=30 900 dotnet test "tests/$project/$project.csproj" --no-build --nologo --logger "trx;LogFileName=$results/$1.trx" \
    --logger "console;verbosity=minimal" --blame-hang --blame-hang-timeout 8m --blame-hang-dump-type none --results-directory "$results/$1" >"$results/$1.log" 2>&1
  echo "$? $((SECONDS - began))" >"$results/$1.code"
  echo "== $project"; cat "$results/$1.log"; echo
}

lanes=$(($(nproc) > 1 ? 2 : 1))
for name in "${names[@]}"; do
  while [ "$(jobs -rp | wc -l)" -ge "$lanes" ]; do wait -n; done
  run "$name" &
done
wait

passed=0; failed=0; skipped=0; broken=()
for name in "${names[@]}"; do
  read -r code took <"$results/$name.code"
  # A project that dies (crash, hang, no result file) is one failure more than the tests that its file says failed, whenever it dies.
  counters=$(grep -o '<Counters [^>]*' "$results/$name.trx" 2>/dev/null | head -n 1)
  count() { local n; n=$(sed -n "s/.* $1=\"\([0-9]*\)\".*/\1/p" <<<"$counters"); echo "${n:-0}"; }
  total=$(count total); ok=$(count passed); executed=$(count executed)
  passed=$((passed + ok)); failed=$((failed + executed - ok)); skipped=$((skipped + total - executed))
  if [ -z "$counters" ]; then died="no result (exit code $code)"
  elif grep -q 'active test run was aborted' "$results/$name.trx"; then died="died after $executed tests (exit code $code)"
  elif [ "$code" -ne 0 ] && [ "$executed" -eq "$ok" ]; then died="exit code $code though every test passed"
  elif [ "$executed" -eq 0 ]; then died="ran no test"
  else died=""; fi
  if [ -n "$died" ]; then broken+=("$name: $died"); failed=$((failed + 1)); fi
  printf '%-22s %4d of %4d in %3d s\n' "$name" "$ok" "$total" "$took"
done

echo
for line in "${broken[@]}"; do echo "$line"; done
echo "Took $((SECONDS - started)) s."
echo "$passed passed, $failed failed, $skipped skipped"
[ "$failed" -eq 0 ]
