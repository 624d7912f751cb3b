#!/usr/bin/env bash
# Sends generated requests to a live platform and holds its answers against docs/openapi.yaml.
#
#   scripts/check-api.sh PROGRAM [EXAMPLES]
#
# Needs schemathesis (PyPI; scripts/packages.sh test installs it). Fails on any 5xx that the document does not name and on
# any answer that is not as the document says.
set -euo pipefail
cd "$(dirname "$0")/.."

program=$(realpath "$1")
examples=${2:-8}
tool=${XDG_CACHE_HOME:-$HOME/.cache}/hks-func-tests/schemathesis/bin/schemathesis
home=$(mktemp -d)
export HKS_FUNC_SHARE="$PWD/Sources/Templates/Content"
run() { HOME="$home" HKS_FUNC_PORT=0 "$program" "$@"; }
finish() {
    run platform stop >/dev/null 2>&1 || true
    rm -rf "$home"
}
trap finish EXIT

(
    cd "$home"
    run init hello -r python -t http --defaults --no-git >/dev/null
    cd hello
    run deploy >/dev/null
)
url=$(run platform status -o json | jq -r .url)
token=$(jq -r .token "$home/.local/state/hks-func/platform/run/platform.json")

# A function called 'hello' has to be there throughout, or all but a few requests would meet a 404.
"$tool" run docs/openapi.yaml --url "$url" --header "Authorization: Bearer $token" \
    --checks not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance \
    --max-examples "$examples" --seed 1 --request-timeout 60 --continue-on-failure \
    --exclude-operation-id deleteFunction --no-color
