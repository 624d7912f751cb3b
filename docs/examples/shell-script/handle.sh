#!/bin/sh
# Gets the request's body on standard input and method and path as arguments; what it prints is the answer.
echo "called with $1 $2" >&2
lines=$(wc -l)
echo "$1 $2: $lines lines"
