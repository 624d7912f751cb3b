#!/bin/sh
# What `dotnet …` becomes in tests: dotnet.sh FOLDER …, with what install.sh put into the folder.
folder=$1
shift
case "${1-}" in
build | publish | run | --version | --list-sdks)
    exec python3 "$(dirname "$0")/sdk.py" "$folder" "$@"
    ;;
*)
    exec "$folder/runtime/dotnet" "$@"
    ;;
esac
