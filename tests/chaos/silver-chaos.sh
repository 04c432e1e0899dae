#!/usr/bin/env bash
# Real faults on real stream processors while trades flow: KILLS (200) kill -9 of one of REPLICAS (2) at random moments, CUTS (20) connections
# cut at COMMIT, POSTGRES_KILLS (10) kill -9 of PostgreSQL, FREEZES (3) SIGSTOP of FREEZE_SECONDS (30) in mid-transaction with another replica
# taking over, then SIGCONT; PostgreSQL and then the broker away for AWAY_SECONDS (60). At the end: zero lost, zero double, candles equal to the
# independent fold. SEED (1) repeats the choices.
set -euo pipefail
cd "$(dirname "$0")/../.."
export SILVER_CHAOS_KILLS=${KILLS:-200} SILVER_CHAOS_CUTS=${CUTS:-20} SILVER_CHAOS_POSTGRES_KILLS=${POSTGRES_KILLS:-10}
export SILVER_CHAOS_FREEZES=${FREEZES:-3} SILVER_CHAOS_FREEZE_SECONDS=${FREEZE_SECONDS:-30} SILVER_CHAOS_SEED=${SEED:-1}
export SILVER_CHAOS_REPLICAS=${REPLICAS:-2} SILVER_CHAOS_AWAY_SECONDS=${AWAY_SECONDS:-60}
[ -n "${NO_BUILD:-}" ] || dotnet build tests/CryptoAspire.StreamProcessor.Tests --nologo -v q -clp:NoSummary
dotnet test tests/CryptoAspire.StreamProcessor.Tests --no-build --nologo --filter "FullyQualifiedName~SilverChaosTests" --logger "console;verbosity=detailed"
