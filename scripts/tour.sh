#!/usr/bin/env bash
# Runs the main job with a given program on a temporary project: from an empty folder to served traffic and back.
set -euo pipefail
program=$1

folder=$(mktemp -d)
export HOME="$folder/home" XDG_STATE_HOME="$folder/state" XDG_CONFIG_HOME="$folder/config" XDG_CACHE_HOME="$folder/cache"
export HKS_FUNC_PORT=${HKS_FUNC_PORT:-8787}
mkdir -p "$HOME"
PATH="$(dirname "$program"):$PATH"

finish() {
    hks-func platform stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap finish EXIT

step() {
    printf '\n\033[1m$ %s\033[0m\n' "$*"
    "$@"
}

ask() {
    printf '\n\033[1m$ curl %s\033[0m\n' "$1"
    curl --silent --show-error --fail-with-body --max-time 30 "$1"
    echo
}

cd "$folder"
step hks-func init hello -r python -t http --defaults
cd hello
step hks-func validate
step hks-func deploy
url=$(hks-func describe hello -o json | jq -r .url 2>/dev/null || hks-func describe hello -o json | sed -n 's/.*"url" *: *"\([^"]*\)".*/\1/p')
ask "$url"
step hks-func invoke hello
step hks-func logs hello --tail 5
step hks-func update --env GREETING=Welcome
sed -i 's/Hello/Good morning/' main.py
step hks-func deploy --message 'a friendlier greeting'
ask "$url"
step hks-func versions list
step hks-func rollback
ask "$url"
step hks-func delete hello --yes
step hks-func platform stop
printf '\nThat was the whole way: init, validate, deploy, invoke, logs, update, deploy a change, roll back, delete.\n'
