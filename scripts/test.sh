#!/usr/bin/env bash
# Builds and runs all tests; the last line counts them.
set -euo pipefail
cd "$(dirname "$0")/.."

swift build --build-tests
"$(swift build --show-bin-path)/hks-func" schema | scripts/check-manifest-schema
scripts/check-api-document
for page in man/*.1; do mandoc -T lint -W error "$page"; done
log=$(mktemp)
trap 'rm -f "$log"' EXIT
status=0
# All tests at once would keep each other from the processor for longer than anything may take; a few more than there are
# cores are enough, because most of them wait.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-12}
# Debian has no package of debugpy; scripts/packages.sh keeps one for the tests.
debugpy=${XDG_CACHE_HOME:-$HOME/.cache}/hks-func-tests/debugpy/bin/python3
if [ -x "$debugpy" ]; then export HKS_TEST_DEBUGPY=${HKS_TEST_DEBUGPY:-$debugpy}; fi
# Three runs: what compiles functions in eight languages, or a thousand tests at once, would starve what measures how
# long connections and locks are kept.
timed='\.(GatewayFaultTests|HTTPStreamTests|SourceUploadTests|CredentialStoreTests)/'
swift test --skip-build --parallel --skip '^PlatformTests\.' --skip "$timed" 2>&1 | tee "$log" || status=$?
swift test --skip-build --parallel --filter "$timed" 2>&1 | tee -a "$log" || status=$?
swift test --skip-build --parallel --filter '^PlatformTests\.' 2>&1 | tee -a "$log" || status=$?

# Each line of a finished test begins with its mark and ends with its time; so does that of a whole run.
count() { grep -E "^[^ ]+ Test .* $1 after " "$log" | grep -cvE '^[^ ]+ Test run with ' || true; }
# What failed, and why, once more where nobody has to look for it.
failures() {
    grep -E '^[^ ]+ Test (case )?.* (failed after|recorded an issue)' -A 3 "$1" \
        | grep -vE '^(◇|✔|--$|[^ ]+ Test run with )' | cut -c 1-600 || true
}
passed=$(count passed)
failed=$(count failed)
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo "the test run ended with status $status" >&2
    exit "$status"
fi
# A busy machine can keep one test from its turn until its time is up. Where few failed, and every run came to its end, their
# suites run once more, one test after the other: what fails again is at fault, and what does not is named.
ended=$(grep -cE '^[^ ]+ Test run with ' "$log" || true)
if [ "$failed" -gt 0 ] && [ "$failed" -le 3 ] && [ "$ended" -eq 3 ]; then
    failures "$log"
    suites=$(grep -oE '^[^ ]+ Suite [A-Za-z]+ failed|issue .* at [A-Za-z]+Tests\.swift' "$log" \
        | sed -E 's/.*Suite ([A-Za-z]+) failed/\1/; s/.* at ([A-Za-z]+)\.swift/\1/' | sort -u | paste -sd '|' -)
    again=$(mktemp)
    trap 'rm -f "$log" "$again"' EXIT
    echo "once more: $suites"
    if [ -n "$suites" ] && swift test --skip-build --no-parallel --filter "\.($suites)/" 2>&1 | tee "$again" \
        && grep -qE '^[^ ]+ Test run with [1-9][0-9]* tests? .* passed after' "$again"; then
        echo "passed only when run alone: $failed of $suites"
        passed=$((passed + failed)) failed=0 status=0
    fi
fi
if [ "$failed" -gt 0 ]; then failures "$log"; fi
if [ "$status" -eq 0 ]; then
    scripts/check-api.sh "$(swift build --show-bin-path)/hks-func"
fi
echo "$passed passed, $failed failed"
exit "$status"
