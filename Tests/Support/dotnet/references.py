"""Copies a .NET runtime's assemblies in a form that Mono's C# compiler can read: references.py RUNTIME TARGET."""

import pathlib
import sys

# Signatures of the fields that are references (in Span<T> and the like), which that compiler does not know, and
# arrays of the same type in their place. Only the compiler sees them.
FIELDS = ((b"\x04\x06\x10\x13\x00", b"\x04\x06\x1d\x13\x00"), (b"\x03\x06\x10\x05", b"\x03\x06\x1d\x05"))


def main() -> None:
    runtime, target = map(pathlib.Path, sys.argv[1:])
    target.mkdir(parents=True)
    (framework,) = (runtime / "shared" / "Microsoft.NETCore.App").iterdir()
    for pattern in ("System*.dll", "Microsoft*.dll"):
        for assembly in framework.glob(pattern):
            content = assembly.read_bytes()
            if assembly.name == "System.Private.CoreLib.dll":
                for field, replacement in FIELDS:
                    if content.count(field) != 1:
                        sys.exit(f"{assembly} is not the one that this was written for")
                    content = content.replace(field, replacement)
            (target / assembly.name).write_bytes(content)


main()
