"""The commands of the .NET SDK that tests need, by Mono's C# compiler: sdk.py FOLDER COMMAND …"""

import fnmatch
import json
import pathlib
import re
import subprocess
import sys
import tempfile
import xml.etree.ElementTree

# The SDK that came with the runtime.
VERSION = "8.0.104"
FRAMEWORK = "8.0.0"


class BuildError(Exception):
    """Lines as the real SDK prints them."""


class Project:
    """A project file, as far as ours go."""

    def __init__(self, path: pathlib.Path, properties: dict):
        self.path = path.resolve()
        self.folder = self.path.parent
        self._properties = properties
        try:
            self._root = xml.etree.ElementTree.parse(self.path).getroot()
        except xml.etree.ElementTree.ParseError as error:
            line, column = error.position
            place = f"{self.path}({line},{column})"
            raise BuildError(f"{place}: error MSB4025: The project file could not be loaded. {error}") from None

    @property
    def name(self) -> str:
        return self.property("AssemblyName") or self.path.stem

    @property
    def is_program(self) -> bool:
        return (self.property("OutputType") or "Library").lower() == "exe"

    def property(self, name: str):
        if name in self._properties:
            return self._properties[name]
        found = self._root.findall(f"PropertyGroup/{name}")
        return (found[-1].text or "").strip() if found else None

    def references(self) -> list:
        return [self.folder / text.replace("\\", "/") for text in self._items("ProjectReference", "Include")]

    def packages(self) -> list:
        return self._items("PackageReference", "Include")

    def sources(self) -> list:
        found = [path for path in self.folder.rglob("*.cs") if not self._is_output(path)]
        removed = [pattern.replace("\\", "/") for text in self._items("Compile", "Remove") for pattern in text.split(";")]
        names = [path.relative_to(self.folder).as_posix() for path in found]
        return sorted(
            name for name in names if not any(fnmatch.fnmatch(name, p.replace("**/", "*").replace("**", "*")) for p in removed)
        )

    def _is_output(self, path: pathlib.Path) -> bool:
        return path.relative_to(self.folder).parts[0] in ("bin", "obj")

    def _items(self, kind: str, attribute: str) -> list:
        return [item.get(attribute) for item in self._root.findall(f"ItemGroup/{kind}") if item.get(attribute)]


class Builder:
    """Compiles projects into one folder."""

    def __init__(self, folder: str, properties: dict):
        self._references = pathlib.Path(folder) / "references"
        self._properties = properties

    def build(self, path: pathlib.Path, output: pathlib.Path) -> Project:
        project = Project(path, self._properties)
        if project.packages():
            name = project.packages()[0]
            reason = f"Unable to find package {name}. No packages exist with this id in source(s): offline"
            raise BuildError(f"{project.path} : error NU1101: {reason} [{project.path}]")
        output.mkdir(parents=True, exist_ok=True)
        needed = [output / f"{self.build(other, output).name}.dll" for other in project.references()]
        self._compile(project, output / f"{project.name}.dll", needed)
        self._describe(project, output, needed)
        return project

    def _compile(self, project: Project, target: pathlib.Path, needed: list) -> None:
        references = [f"-r:{path}" for path in [*sorted(self._references.glob("*.dll")), *needed]]
        kind = "exe" if project.is_program else "library"
        options = ["-langversion:latest", "-nostdlib", "-noconfig", "-nologo", "-optimize", "-nowarn:1702"]
        command = ["mcs", *options, *references, f"-out:{target}", f"-target:{kind}", *project.sources()]
        done = subprocess.run(command, cwd=project.folder, capture_output=True, text=True)
        lines = (done.stdout + done.stderr).splitlines()
        place = re.compile(r"(.+?\(\d+,\d+\)): (error|warning) ")
        shown = [f"{project.folder}/{line} [{project.path}]" for line in lines if place.match(line)]
        if done.returncode != 0:
            raise BuildError("\n".join(shown or lines))
        for line in shown:
            print(line)

    def _describe(self, project: Project, output: pathlib.Path, needed: list) -> None:
        """Writes the files that the runtime reads."""
        target = f".NETCoreApp,Version=v{FRAMEWORK[:-2]}"
        names = [project.name, *(path.stem for path in needed)]
        dependencies = {
            "runtimeTarget": {"name": target, "signature": ""},
            "targets": {target: {f"{name}/1.0.0": {"runtime": {f"{name}.dll": {}}} for name in names}},
            "libraries": {f"{name}/1.0.0": {"type": "project", "serviceable": False, "sha512": ""} for name in names},
        }
        (output / f"{project.name}.deps.json").write_text(json.dumps(dependencies))
        wanted = (project.property("GenerateRuntimeConfigurationFiles") or "").lower() == "true"
        if project.is_program or wanted:
            options = {
                "tfm": f"net{FRAMEWORK[:-2]}",
                "framework": {"name": "Microsoft.NETCore.App", "version": FRAMEWORK},
                # The runtime's libraries for languages are not there.
                "configProperties": {"System.Globalization.Invariant": True},
            }
            file = output / f"{project.name}.runtimeconfig.json"
            file.write_text(json.dumps({"runtimeOptions": options}))


def parse(arguments: list) -> tuple:
    """The project, the output folder, the properties, and what follows `--`."""
    project, output, properties = None, None, {}
    rest = iter(arguments)
    for argument in rest:
        if argument == "--":
            break
        if argument in ("-o", "--output"):
            output = next(rest)
        elif argument in ("-c", "--configuration", "-v", "--verbosity"):
            next(rest)
        elif argument == "--project":
            project = next(rest)
        elif argument.startswith(("-p:", "--property:")):
            name, _, value = argument.partition(":")[2].partition("=")
            properties[name] = value
        elif not argument.startswith("-"):
            project = argument
    if project is None or pathlib.Path(project).is_dir():
        project = next(pathlib.Path(project or ".").glob("*.csproj"))
    return pathlib.Path(project), output, properties, list(rest)


def main() -> int:
    folder, command, *arguments = sys.argv[1:]
    if command == "--version":
        print(VERSION)
        return 0
    if command == "--list-sdks":
        print(f"{VERSION} [{folder}/sdk]")
        return 0
    project, output, properties, rest = parse(arguments)
    try:
        if command == "run":
            with tempfile.TemporaryDirectory() as temporary:
                built = Builder(folder, properties).build(project, pathlib.Path(temporary))
                program = [f"{folder}/runtime/dotnet", f"{temporary}/{built.name}.dll", *rest]
                return subprocess.run(program).returncode
        target = pathlib.Path(output) if output else project.parent / "bin" / "Release"
        Builder(folder, properties).build(project, target.resolve())
    except BuildError as error:
        print(error)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
