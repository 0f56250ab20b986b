#!/usr/bin/env bash
# Proves the installation as a newcomer does it: clones the last commit into a temporary folder, runs `npm ci` there with
# the npm that is named, checks that no script of a dependency ran and that no error was printed, then runs npm scripts.
#
#   scripts/check-fresh-clone.sh NPM [SCRIPT…]
#
# NPM     `npm`, or the path of another version's npm-cli.js
# SCRIPT  npm scripts to run in the clone, in this order, for example `quickstart test`
#
# The Node is the one on PATH. KEEP=1 keeps the clone.
set -euo pipefail

if [ $# -lt 1 ]; then
  echo 'usage: scripts/check-fresh-clone.sh NPM [SCRIPT…]' >&2
  exit 64
fi
npm_to_use=$1
shift

repository=$(cd "$(dirname "$0")/.." && pwd)
work=$(mktemp -d)
if [ -z "${KEEP:-}" ]; then trap 'rm -rf "$work"' EXIT; else echo "clone: $work/clone"; fi

# Scripts that call npm themselves have to get the same one.
mkdir "$work/bin"
case $npm_to_use in
  *.js) printf '#!/bin/sh\nexec node "%s" "$@"\n' "$(realpath "$npm_to_use")" >"$work/bin/npm" ;;
  *) ln -s "$(command -v "$npm_to_use")" "$work/bin/npm" ;;
esac
chmod +x "$work/bin/npm"
export PATH="$work/bin:$PATH"

git clone --quiet "$repository" "$work/clone"
cd "$work/clone"
echo "node $(node --version), npm $(npm --version), commit $(git rev-parse --short HEAD)"

started=$(date +%s%N)
npm ci --loglevel=info >"$work/install.log" 2>&1 || {
  cat "$work/install.log"
  exit 1
}
echo "npm ci: $((($(date +%s%N) - started) / 1000000)) ms, $(du -sm node_modules | cut -f1) MB, $(grep '^npm warn' "$work/install.log" | grep -vc EBADENGINE || true) warnings beside the engines'"

# At this log level npm names every script that it runs.
if grep -E '^npm info run ' "$work/install.log"; then
  echo 'npm ci ran a script of a dependency' >&2
  exit 1
fi
if grep -iE '^npm (error|err!)' "$work/install.log"; then
  echo 'npm ci printed an error' >&2
  exit 1
fi
if [ -n "$(git status --porcelain)" ]; then
  git status --short
  echo 'npm ci changed files of the repository' >&2
  exit 1
fi

# The command line needs Node 24 whatever Node runs this; a version older than 24 here proves the bundled one.
version=$(node bin/tool.cjs tsc --version)
echo "launcher: $version"

for script in "$@"; do
  started=$(date +%s%N)
  npm run "$script"
  echo "npm run $script: $((($(date +%s%N) - started) / 1000000)) ms"
done
