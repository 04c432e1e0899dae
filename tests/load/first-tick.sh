#!/usr/bin/env bash
# What a stranger waits for: a fresh clone to the first price, a second start two minutes later, the stop; then memory and CPU of each process.
# With a capture it is replayed at the end, and the CPU at rest after that is measured. About ten minutes.
# Usage: tests/load/first-tick.sh [minutes of simulated market, 5] [capture to replay]
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
work=$(mktemp -d)
minutes=${1:-5}
capture=${2:+$(realpath "$2")}
apphost=
trap '[ -z "$apphost" ] || kill -TERM "$apphost" 2>/dev/null || true; wait; rm -rf "$work"' EXIT

now() { date +%s.%N; }
since() { awk -v a="$1" -v b="$(now)" 'BEGIN { printf "%.1f s", b - a }'; }
# start NAME [option of the AppHost...]
start() {
  local name=$1; shift
  began=$(now)
  env -u UseSharedCompilation -u MSBUILDDISABLENODEREUSE -u DOTNET_CLI_USE_MSBUILD_SERVER "$work/clone/run.sh" "$@" --Ports:Api=18000 --Ports:Dashboard=18080 --Ports:Kafka=19092 --Ports:Postgres=15433 >"$work/$name.log" 2>&1 &
  apphost=$!
}
# A price whose time is after this start, from the API; then the page.
first_tick() {
  python3 - "$began" <<'PY'
import datetime, json, sys, time, urllib.request
began = float(sys.argv[1])
def wait(what, get):
    while True:
        try:
            if get():
                print(f"  {what}: {time.time() - began:.1f} s", flush=True)
                return
        except (OSError, ValueError):
            pass
        if time.time() - began > 600:
            sys.exit(f"  {what}: nothing after 600 s")
        time.sleep(0.05)
def fresh():
    with urllib.request.urlopen("http://localhost:18000/api/v1/prices/latest", timeout=2) as answer:
        body = json.load(answer)
    rows = body if isinstance(body, list) else next(v for v in body.values() if isinstance(v, list))
    times = [v for row in rows for k, v in row.items() if k in ("time", "eventTime", "event_time")]
    return any(datetime.datetime.fromisoformat(t.replace("Z", "+00:00")).timestamp() > began for t in times)
def page():
    with urllib.request.urlopen("http://localhost:18080/", timeout=2) as answer:
        return b"BTC-USD" in answer.read()
wait("first price of this start from the API", fresh)
wait("the dashboard's page with prices", page)
PY
}
stop() {
  began=$(now)
  kill -TERM "$apphost"
  wait "$apphost" || true
  apphost=
  echo "  stop: $(since "$began")"
}
# Every process of the run: CPU seconds and proportional memory.
processes() {
  python3 - "$apphost" <<'PY'
import os, sys
parents, names, cpu = {}, {}, {}
for pid in filter(str.isdigit, os.listdir("/proc")):
    try:
        stat = open(f"/proc/{pid}/stat").read()
        words = open(f"/proc/{pid}/cmdline").read().replace("\0", " ").split()
    except OSError:
        continue
    fields = stat.rsplit(")", 1)[1].split()
    parents[int(pid)] = int(fields[1])
    dll = next((w for w in words if "CryptoAspire." in w and w.endswith(".dll")), None)
    names[int(pid)] = os.path.basename(dll)[:-4] if dll else (os.path.basename(words[0]).rstrip(":") if words else "?")
    # PostgreSQL's connections come and go: what the gone ones used stands with their parent.
    ticks = fields[11:15] if names[int(pid)] == "postgres" else fields[11:13]
    cpu[int(pid)] = sum(map(int, ticks)) / os.sysconf("SC_CLK_TCK")
root = int(sys.argv[1])
def ours(pid):
    while pid > 1:
        if pid == root:
            return True
        pid = parents.get(pid, 0)
    return False
total = {}
for pid in parents:
    if not ours(pid):
        continue
    try:
        pss = next(int(l.split()[1]) for l in open(f"/proc/{pid}/smaps_rollup") if l.startswith("Pss:"))
    except (OSError, StopIteration):
        pss = 0
    entry = total.setdefault(names[pid], [0, 0, 0.0])
    entry[0] += 1; entry[1] += pss; entry[2] += cpu[pid]
for name, (count, pss, seconds) in sorted(total.items(), key=lambda e: -e[1][1]):
    print(f"{name} {count} {pss / 1024:.0f} {seconds:.2f}")
PY
}

# use SECONDS: what each process uses in that time.
use() {
  processes >"$work/before"
  sleep "$1"
  processes >"$work/after"
  awk -v s="$1" 'NR == FNR { before[$1] = $4; next }
    { cpu = ($4 - before[$1]) * 100 / s; printf "  %-34s %3d %6d MiB %6.1f %%\n", $1, $2, $3, cpu; m += $3; c += cpu }
    END { printf "  %-34s     %6d MiB %6.1f %%\n", "together", m, c }' "$work/before" "$work/after"
}

git clone -q "$repository" "$work/clone"
echo "fresh clone, ./run.sh (NuGet and npm packages cached):"
start first --Feeds:Mode=simulated; first_tick
# Somebody looks at it; meanwhile what was built is compiled to machine code for the next start.
sleep 120
[ -f "$work/clone/CryptoAspire.AppHost/obj/precompiled/done" ] || echo "  no machine code yet: the second start is like the first one"
stop
echo "second ./run.sh:"
start second --Feeds:Mode=simulated; first_tick
sleep 30
echo "$minutes more minutes of the simulated market (processes, PSS in MiB, CPU in % of one core over them):"
use $((minutes * 60))
stop
if [ -n "$capture" ]; then
  start third --Feeds:Mode=replay "--Replay:Path=$capture" --Replay:Speed=max
  sleep 120
  echo "at rest, two minutes after a start that replayed $(basename "$capture"):"
  use 60
  stop
fi
left=$(pgrep -fc "$work/clone" || true)
echo "  processes left: $left"
