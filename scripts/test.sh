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

if [ "$status" -eq 0 ]; then
    scripts/check-api.sh "$(swift build --show-bin-path)/hks-func"
fi

# Each line of a finished test begins with its mark and ends with its time; so does that of a whole run.
count() { grep -E "^[^ ]+ Test .* $1 after " "$log" | grep -cvE '^[^ ]+ Test run with ' || true; }
passed=$(count passed)
failed=$(count failed)
if [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; then
    echo "the test run ended with status $status" >&2
    exit "$status"
fi
# What failed, and why, once more where nobody has to look for it.
if [ "$failed" -gt 0 ]; then
    grep -E '^[^ ]+ Test (case )?.* (failed after|recorded an issue)' -A 3 "$log" | grep -vE '^(◇|✔|--$)' | cut -c 1-600 || true
fi
echo "$passed passed, $failed failed"
exit "$status"
