#!/usr/bin/env bash
# 1,000,000 (or $1) mutated frames through LocalKafka's own connection loop, and some thousands over TCP. $2: a seed, to see a failure again.
# About five minutes. The data lie in memory where there is such a place: the frames make and delete topics by the ten thousand.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LOCALKAFKA_FUZZ_FRAMES=${1:-1000000}
[ $# -lt 2 ] || export LOCALKAFKA_FUZZ_SEED=$2
[ ! -w /dev/shm ] || export TMPDIR=/dev/shm
dotnet test tests/CryptoAspire.LocalKafka.Tests --nologo --filter "FullyQualifiedName~FuzzTests" --logger "console;verbosity=detailed"
