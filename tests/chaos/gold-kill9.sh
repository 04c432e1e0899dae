#!/usr/bin/env bash
# kill -9 of one of two schedulers at any moment, 40 times (or $1), under a randomised market with late trades; then every bucket of Gold
# must equal a recomputation from Silver. About four minutes. $2: a seed.
set -euo pipefail
cd "$(dirname "$0")/../.."
export CRYPTO_ASPIRE_GOLD_KILLS=${1:-40}
[ $# -lt 2 ] || export CRYPTO_ASPIRE_GOLD_SEED=$2
dotnet test tests/CryptoAspire.AggregationScheduler.Tests --nologo --filter "FullyQualifiedName~KillTests" --logger "console;verbosity=detailed"
