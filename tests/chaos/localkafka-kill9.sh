#!/usr/bin/env bash
# kill -9 of LocalKafka under load, 100 times (or $1) for each flush mode; prints what survived. About ten minutes.
set -euo pipefail
cd "$(dirname "$0")/../.."
export LOCALKAFKA_KILLS=${1:-100}
dotnet test tests/CryptoAspire.LocalKafka.Tests --nologo --filter "FullyQualifiedName~KillTests" --logger "console;verbosity=detailed"
