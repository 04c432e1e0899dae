#!/usr/bin/env bash
# The AppHost against Aspire itself: compiles it and the tests of the whole system with the real packages, publishes the manifest
# with Aspire and with LocalHosting and compares the two byte for byte, and checks that LocalHosting has no name that Aspire lacks.
# Needs Aspire's packages on the feed and no containers; CI does not run it (it downloads 300 MB).
#   tests/aspire-mode.sh
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1
. build/setup.sh
need_dotnet

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mode=(-p:UseAspire=true)

# 1. Aspire.Hosting.Kafka, where the feed has it; otherwise a stand-in of ours for its one method.
if ! dotnet restore CryptoAspire.AppHost "${mode[@]}" --nologo -v q >"$work/restore" 2>&1; then
  grep -q 'NU1101.*Aspire\.Hosting\.Kafka' "$work/restore" || { tail -n 5 "$work/restore" >&2; fail "Aspire's packages could not be restored"; }
  [ "$(grep -c 'NU1101' "$work/restore")" -eq "$(grep -c 'NU1101.*Aspire\.Hosting\.Kafka' "$work/restore")" ] || { grep NU1101 "$work/restore" >&2; fail "packages of Aspire are missing on the feed"; }
  echo "The feed has no Aspire.Hosting.Kafka: AddKafka is our stand-in (tests/aspire-mode/KafkaStandIn.cs), everything else is Aspire."
  mode+=("-p:CustomAfterMicrosoftCommonTargets=$PWD/tests/aspire-mode/KafkaStandIn.targets")
fi

# 2. Both ways compile, the tests too.
dotnet build CryptoAspire.AppHost --nologo -v q -clp:NoSummary || fail "the AppHost does not compile against LocalHosting"
dotnet build tests/aspire-mode "${mode[@]}" --nologo -v q -clp:NoSummary || fail "the AppHost or its tests do not compile against Aspire"
echo "AppHost and tests compile against Aspire."

# 3. One manifest.
publish() { # FOLDER ARGUMENTS...: with the AppHost built there
  dotnet "CryptoAspire.AppHost/bin/$1Debug/net10.0/CryptoAspire.AppHost.dll" "${@:2}" >"$work/log" 2>&1 || { tail -n 20 "$work/log" >&2; fail "publishing failed"; }
}
publish aspire/ --operation publish --step publish-manifest --output-path "$work/aspire/m.json"
publish "" --operation publish --step publish-manifest --output-path "$work/local/m.json"
publish "" --publisher manifest --output-path "$work/local-old/m.json"
publish aspire/ --publisher manifest --output-path "$work/aspire-old/m.json"
for other in local local-old aspire-old; do
  diff "$work/aspire/m.json" "$work/$other/m.json" || fail "the manifests differ (< Aspire, > $other)"
done
echo "Manifests of Aspire and LocalHosting are the same, byte for byte ($(wc -c <"$work/aspire/m.json") bytes, both invocations)."

# 4. The model as Aspire.Hosting.Testing sees it, and the names.
dotnet test tests/aspire-mode "${mode[@]}" --no-build --nologo --filter "FullyQualifiedName~ModelTests|FullyQualifiedName~SettingsTests|FullyQualifiedName~SameNamesTests"
