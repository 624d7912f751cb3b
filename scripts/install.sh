#!/usr/bin/env bash
# Copies a release build to a prefix: bin, share/hks-func, man pages and completions.
set -euo pipefail
cd "$(dirname "$0")/.."
products=$1
prefix=$2

install -d "$prefix/bin" "$prefix/share/man/man1" "$prefix/share/bash-completion/completions" \
    "$prefix/share/zsh/site-functions" "$prefix/share/fish/vendor_completions.d"
# Renamed into place, so that a running program keeps its file.
strip -o "$prefix/bin/.hks-func.new" "$products/hks-func"
chmod 755 "$prefix/bin/.hks-func.new"
mv "$prefix/bin/.hks-func.new" "$prefix/bin/hks-func"

rm -rf "$prefix/share/hks-func.new"
cp -R Sources/Templates/Content "$prefix/share/hks-func.new"
rm -rf "$prefix/share/hks-func"
mv "$prefix/share/hks-func.new" "$prefix/share/hks-func"

install -m 644 man/*.1 "$prefix/share/man/man1/"
install -m 644 completions/hks-func.bash "$prefix/share/bash-completion/completions/hks-func"
install -m 644 completions/_hks-func "$prefix/share/zsh/site-functions/_hks-func"
install -m 644 completions/hks-func.fish "$prefix/share/fish/vendor_completions.d/hks-func.fish"
echo "installed $prefix/bin/hks-func"
case ":$PATH:" in
*":$prefix/bin:"*) ;;
*) echo "add it to your path: export PATH=\"$prefix/bin:\$PATH\"" ;;
esac
