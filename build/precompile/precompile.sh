#!/usr/bin/env bash
# Compiles what dotnet build -c Release has built to machine code (ReadyToRun), in place, our assemblies and their packages' alike: nine processes that start
# at once on two cores would spend most of that time in the JIT. Each distinct assembly once; what has been compiled is kept in CryptoAspire.AppHost/obj.
# Everything runs without it too. Usage: build/precompile/precompile.sh
set -uo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.." || exit 1
kept=$PWD/CryptoAspire.AppHost/obj/precompiled
# Large ones of which a start uses little.
skip='/(Radzen\.Blazor|AngleSharp|AngleSharp\.Css|ZstdSharp|Spectre\.Console|YamlDotNet|Microsoft\.OpenApi)\.dll$'

dotnet restore build/precompile/crossgen.proj -v q --nologo >/dev/null || { echo "The compiler is not to be had from NuGet: starts take a few seconds longer."; exit 0; }
crossgen=$(dotnet msbuild build/precompile/crossgen.proj -getProperty:CrossgenFolder)/crossgen2
frameworks=$(dotnet --list-runtimes | sed -n 's/^\(Microsoft\.\(NETCore\|AspNetCore\)\.App\) \(10\.[^ ]*\) \[\(.*\)\]$/\4\/\3/p')
mkdir -p "$kept"

assemblies() { find CryptoAspire.AppHost services/* web/* hosting/CryptoAspire.LocalKafka -maxdepth 4 -path '*/bin/Release/net10.0/*.dll' | grep -Ev "$skip"; }

# compile HASH FILE
compile() {
  local references=(-r "$(dirname "$2")/*.dll") folder
  for folder in $frameworks; do references+=(-r "$folder/*.dll"); done
  # Some hold no code for it to compile: they stay as they are.
  "$crossgen" "$2" -o "$kept/$1.new" "${references[@]}" --targetos:linux --targetarch:"$(uname -m | sed 's/x86_64/x64/; s/aarch64/arm64/')" -O >/dev/null 2>&1 || cp "$2" "$kept/$1.new"
  sha256sum <"$kept/$1.new" | cut -d' ' -f1 >"$kept/$1.dll.sha256"
  mv "$kept/$1.new" "$kept/$1.dll"
}
export -f compile
export crossgen frameworks kept

# What an earlier run has put in place is a result itself.
results=$(cat "$kept"/*.dll.sha256 2>/dev/null)
sums=$(assemblies | tr '\n' '\0' | xargs -0 sha256sum | grep -vFf <(echo "${results:-none}"))
[ -n "$sums" ] || exit 0
sort -u -k1,1 <<<"$sums" | while read -r hash file; do [ -f "$kept/$hash.dll" ] || printf '%s\0%s\0' "$hash" "$file"; done |
  xargs -0 -r -n 2 -P "$(nproc)" bash -c 'compile "$@"' compile
while read -r hash file; do
  [ ! -f "$kept/$hash.dll" ] || cp --remove-destination "$kept/$hash.dll" "$file"
done <<<"$sums"
