#!/usr/bin/env bash
# The feeds against exchanges that misbehave in every way at random, MINUTES (30) long: two producers for the same venues, one of them killed with -9 every
# three minutes, and Kafka away for a minute (frozen, or killed) every eight; at the end Silver must hold each trade that the market made once, and the other
# producer's memory (heap after a full collection, and resident) must not have grown by 1 % in ten minutes after a third of the time.
#   MINUTES=5 SEED=42 tests/chaos/feeds-soak.sh
set -euo pipefail
cd "$(dirname "$0")/../.."
export CRYPTO_ASPIRE_SOAK_MINUTES=${MINUTES:-30}
export MALLOC_ARENA_MAX=2 # as the AppHost has it for the producer
[ -z "${SEED:-}" ] || export CRYPTO_ASPIRE_SOAK_SEED=$SEED
[ -n "${NO_BUILD:-}" ] || dotnet build tests/CryptoAspire.Producer.Tests --nologo -v q -clp:NoSummary
dotnet test tests/CryptoAspire.Producer.Tests --no-build --nologo --filter "FullyQualifiedName~FeedsSoakTests" --logger "console;verbosity=detailed"
