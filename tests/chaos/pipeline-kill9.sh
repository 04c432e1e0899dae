#!/usr/bin/env bash
# kill -9 of each process of the whole system in turn, during a replay of recorded trades, ROUNDS (4) times over; then every candle must equal
# the reference and Silver must hold each trade once. REPEAT (1) runs with a fresh system. The usual run takes about six minutes.
#   ROUNDS=8 REPEAT=3 tests/chaos/pipeline-kill9.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
rounds=${ROUNDS:-4}
export CRYPTO_ASPIRE_KILL_ROUNDS=$rounds
# The tape is 346 s long: the more rounds, the more slowly it is played.
export CRYPTO_ASPIRE_REPLAY_SPEED=${SPEED:-$((rounds > 8 ? 1 : 8 / rounds))}
dotnet build tests/CryptoAspire.AppHost.Tests --nologo -v q -clp:NoSummary
for ((run = 1; run <= ${REPEAT:-1}; run++)); do
  echo "== run $run of ${REPEAT:-1}: $rounds rounds at ${CRYPTO_ASPIRE_REPLAY_SPEED}x"
  dotnet test tests/CryptoAspire.AppHost.Tests --no-build --nologo --filter "FullyQualifiedName~KillTests" --logger "console;verbosity=detailed"
done
