#!/usr/bin/env bash
# Rules of the house that no formatter knows: file sizes, forbidden words, code that hides faults.
set -euo pipefail
cd "$(dirname "$0")/.."
failures=0

complain() {
    echo "$1" >&2
    failures=$((failures + 1))
}

# A file above its stop gives a reason in a line `// Size: …` among its first lines.
check_sizes() {
    local file limit lines
    while IFS= read -r file; do
        case "$file" in
        Sources/hks-func/Commands/*) limit=250 ;;
        Tests/*) limit=500 ;;
        *) limit=400 ;;
        esac
        lines=$(wc -l <"$file")
        if [ "$lines" -gt "$limit" ] && ! head -n 5 "$file" | grep -q '^// Size: '; then
            complain "$file: $lines lines, more than $limit"
        fi
    done < <(git ls-files '*.swift')
}

# forbid PATTERN REASON FILES… -- PATHS THAT ARE FREE OF IT…
forbid() {
    local pattern=$1 reason=$2 hits
    shift 2
    hits=$(git grep -nE "$pattern" -- "$@" || true)
    if [ -n "$hits" ]; then
        complain "$reason:"$'\n'"$hits"
    fi
}

check_sizes
forbid '\b(TODO|FIXME|XXX)\b' 'unfinished work' Sources Tests docs README.md CONTRIBUTING.md
forbid '^ *print\(' 'print outside of Console' 'Sources/*.swift' ':!Sources/Templates/Content'
forbid 'extension String: *(@retroactive )?Error' 'errors are types' 'Sources/*.swift' 'Tests/*.swift'
forbid 'fatalError\(|preconditionFailure\(|try!' 'a crash on input' 'Sources/*.swift'
forbid '@unchecked Sendable|nonisolated\(unsafe\)' 'unchecked sharing outside of a handle' 'Sources/*.swift' ':!*Handle.swift'
forbid 'Task\.sleep|usleep\(|Thread\.sleep' 'a sleep in a test' 'Tests/*.swift' ':!Tests/TestSupport'
forbid '^(public )?import (CCurl|CArchive|CGit2)' 'C modules are imported internally' 'Sources/*.swift'

if [ "$failures" -gt 0 ]; then
    echo "$failures rules broken" >&2
    exit 1
fi
echo "rules kept"
