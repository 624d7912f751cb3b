#!/usr/bin/env bash
# Installs the Debian packages that are missing, and says which and why.
#
#   scripts/packages.sh build   what the build needs
#   scripts/packages.sh test    what the tests need besides
set -euo pipefail

# kind : what must be there : package : reason
build=(
    "header:curl/curl.h:libcurl4-openssl-dev:HTTP client"
    "header:archive.h:libarchive-dev:source archives"
    "header:git2.h:libgit2-dev:template repositories and provenance"
    "header:sqlite3.h:libsqlite3-dev:registry of the local platform"
    "command:python3:python3:runs Python functions"
    "command:node:nodejs:runs Node.js functions"
    "command:git:git:fetches the Swift packages"
    "command:curl:curl:the tour's requests"
)
test=(
    "${build[@]}"
    "command:go:golang-go:builds Go functions"
    "command:javac:openjdk-17-jdk-headless:builds and runs Java functions"
    "command:ruby:ruby:runs Ruby functions"
    "ruby:minitest:ruby-minitest:runs the unit tests of Ruby functions"
    "command:php:php-cli:runs PHP functions"
    "file:/usr/lib/php/*/xdebug.so:php-xdebug:debugs PHP functions in tests"
    "command:dlv:delve:debugs Go functions in tests"
    "command:gdb:gdb:debugs Rust functions in tests"
    "command:jq:jq:reads JSON output in tests"
    "command:tmux:tmux:drives the program on a terminal in tests"
    "command:zsh:zsh:completion tests"
    "command:fish:fish:completion tests"
    "command:cargo:cargo:builds Rust functions in tests"
    "command:rustc:rustc:builds Rust functions in tests"
    "file:/usr/share/cargo/registry/serde_json-*:librust-serde-json-dev:crates for Rust functions without a network"
    "file:/usr/share/cargo/registry/serde_derive-*:librust-serde-derive-dev:crates for Rust functions without a network"
    "command:mcs:mono-mcs:compiles .NET functions in tests"
    "python:pip:python3-pip:gets a .NET runtime for tests"
    "python:ensurepip:python3-venv:keeps schemathesis apart from the system's Python packages"
    "command:mandoc:mandoc:checks the man pages"
    "command:shellcheck:shellcheck:checks the shell scripts"
    "python:jsonschema:python3-jsonschema:checks the schema of function.yaml"
    "python:yaml:python3-yaml:reads the manifests that the schema is checked with"
)

have_header() {
    local folder
    for folder in /usr/include "/usr/include/$(uname -m)-linux-gnu"; do
        [ -e "$folder/$1" ] && return 0
    done
    return 1
}

# What Debian has no package of.
install_rest() {
    local cache="${XDG_CACHE_HOME:-$HOME/.cache}/hks-func-tests"
    if [ "$1" != test ]; then
        return 0
    fi
    if [ ! -x "$cache/schemathesis/bin/schemathesis" ]; then
        echo "needs schemathesis: holds the API against its document"
        python3 -m venv "$cache/schemathesis"
        "$cache/schemathesis/bin/pip" install --quiet --disable-pip-version-check 'schemathesis>=4.32,<5'
    fi
    if [ ! -x "$cache/debugpy/bin/python3" ]; then
        echo "needs debugpy: debugs Python functions in tests"
        python3 -m venv "$cache/debugpy"
        "$cache/debugpy/bin/pip" install --quiet --disable-pip-version-check 'debugpy>=1.8,<2'
    fi
    if ! command -v dotnet >/dev/null 2>&1; then
        "$(dirname "$0")/../Tests/Support/dotnet/install.sh" "$cache/dotnet"
    fi
}

missing=()
case "${1:-}" in
build) wanted=("${build[@]}") ;;
test) wanted=("${test[@]}") ;;
*)
    echo "usage: $0 build|test" >&2
    exit 2
    ;;
esac

for entry in "${wanted[@]}"; do
    IFS=: read -r kind probe package reason <<<"$entry"
    case "$kind" in
    header) have_header "$probe" && continue ;;
    file) compgen -G "$probe" >/dev/null && continue ;;
    command) command -v "$probe" >/dev/null 2>&1 && continue ;;
    ruby) ruby -e "require '$probe'" 2>/dev/null && continue ;;
    python) python3 -c "import $probe" 2>/dev/null && continue ;;
    esac
    echo "needs $package: $reason"
    missing+=("$package")
done

if [ "${#missing[@]}" -eq 0 ]; then
    echo "all Debian packages are there"
    install_rest "$1"
    exit 0
fi

as_root=()
if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null 2>&1; then
        echo "neither root nor sudo: install them yourself with: apt-get install ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
if ! command -v apt-get >/dev/null 2>&1; then
    echo "apt-get not found: install the counterparts of these Debian packages: ${missing[*]}" >&2
    exit 1
fi
"${as_root[@]}" apt-get update -qq
"${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
echo "installed: ${missing[*]}"
install_rest "$1"
