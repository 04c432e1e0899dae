#!/usr/bin/env bash
# Compiles what dotnet build -c Release has built to machine code (ReadyToRun), in place, our assemblies and their packages' alike: nine processes that start
# at once on two cores would spend most of that time in the JIT. Each distinct assembly once; what has been compiled is kept in CryptoAspire.AppHost/obj.
# Everything runs without it too: ./run.sh starts it in the background, in a session of its own, and it ends with the AppHost.
# Usage: build/precompile/precompile.sh [seconds to wait]
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
trap 'trap - TERM; kill -TERM 0' TERM
kept=$PWD/CryptoAspire.AppHost/obj/precompiled
# Large ones of which a start uses little.
skip='/(Radzen\.Blazor|AngleSharp|AngleSharp\.Css|ZstdSharp|Spectre\.Console|YamlDotNet|Microsoft\.OpenApi)\.dll$'

built=$(cat CryptoAspire.AppHost/obj/run.stamp 2>/dev/null)
[ ! -f "$kept/done" ] || [ "$built" != "$(cat "$kept/done")" ] || exit 0
sleep "${1:-0}" & wait $!
dotnet restore build/precompile/crossgen.proj -v q --nologo >/dev/null 2>&1 || exit 0   # not to be had: starts take a few seconds longer
crossgen=$(dotnet msbuild build/precompile/crossgen.proj -getProperty:CrossgenFolder)/crossgen2
frameworks=$(dotnet --list-runtimes | sed -n 's/^\(Microsoft\.\(NETCore\|AspNetCore\)\.App\) \(10\.[^ ]*\) \[\(.*\)\]$/\4\/\3/p')
arch=$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')
mkdir -p "$kept"

assemblies() { find CryptoAspire.AppHost services/* web/* hosting/CryptoAspire.LocalKafka -maxdepth 4 -path '*/bin/Release/net10.0/*.dll' | grep -Ev "$skip"; }

# compile HASH FILE
compile() {
  local references=(-r "$(dirname "$2")/*.dll") folder
  for folder in $frameworks; do references+=(-r "$folder/*.dll"); done
  # Some hold no code for it to compile: they stay as they are.
  "$crossgen" "$2" -o "$kept/$1.new" "${references[@]}" --targetos:linux --targetarch:"$arch" -O >/dev/null 2>&1 || cp "$2" "$kept/$1.new"
  sha256sum <"$kept/$1.new" | cut -d' ' -f1 >"$kept/$1.dll.sha256"
  mv "$kept/$1.new" "$kept/$1.dll"
}
export -f compile
export crossgen frameworks arch kept

# What an earlier run has put in place is a result itself.
results=$(cat "$kept"/*.dll.sha256 2>/dev/null)
sums=$(assemblies | tr '\n' '\0' | xargs -0 sha256sum | grep -vFf <(echo "${results:-none}"))
sort -u -k1,1 <<<"$sums" | while read -r hash file; do [ -z "$hash" ] || [ -f "$kept/$hash.dll" ] || printf '%s\0%s\0' "$hash" "$file"; done |
  xargs -0 -r -n 2 -P "$(nproc)" bash -c 'compile "$@"' compile &
wait $!
# What has been built anew meanwhile stays. By renaming: who runs from the old file goes on with it.
while read -r hash file; do
  [ ! -f "$kept/$hash.dll" ] || ! sha256sum --status -c <<<"$hash  $file" || { cp "$kept/$hash.dll" "$file.new" && mv "$file.new" "$file"; }
done <<<"$sums"
echo "$built" >"$kept/done"
