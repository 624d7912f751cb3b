#!/usr/bin/env bash
# Writes man pages, completions and the README's command table from the command definitions, and docs/runtimes.md from
# the catalogue of runtimes.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --product hks-func >&2
program="$(swift build --show-bin-path)/hks-func"
date=$(sed -n 's/.*date = "\(.*\)".*/\1/p' Sources/hks-func/Version.swift)

"$program" --generate-completion-script bash >completions/hks-func.bash
"$program" --generate-completion-script zsh >completions/_hks-func
"$program" --generate-completion-script fish >completions/hks-func.fish

"$program" --experimental-dump-help >.build/help.json
rm -f man/*.1
# The tool behind 'swift package generate-manual', which would build everything once more, for release.
swift build --product generate-manual >&2
"$(swift build --show-bin-path)/generate-manual" "$program" --multi-page --date "$date" --output-directory man >&2
python3 scripts/command_table.py .build/help.json README.md

swift build --product runtimes-page >&2
"$(swift build --show-bin-path)/runtimes-page" >docs/runtimes.md
