#!/usr/bin/env bash
# 100 (or $1) power cuts of a LocalKafka with --flush always under load; prints what survived. About five minutes. $2: a seed.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LOCALKAFKA_POWER_CUTS=${1:-100} LOCALKAFKA_LOG_CUTS=150
[ $# -lt 2 ] || export LOCALKAFKA_POWER_CUT_SEED=$2
dotnet test tests/CryptoAspire.LocalKafka.Tests --nologo --filter "FullyQualifiedName~PowerCutTests" --logger "console;verbosity=detailed"
