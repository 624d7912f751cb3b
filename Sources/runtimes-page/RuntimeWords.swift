import FuncKit

/// How functions of a language are built and run, in words.
struct RuntimeWords {
    let build: String
    let run: String

    init(_ family: RuntimeFamily) {
        switch family {
        case .nodejs:
            build = "`npm ci` or `npm install --omit=dev` where package.json has dependencies, then a syntax check"
            run = "`node host/main.mjs`"
        case .python:
            build =
                "`pip install` of requirements.txt or pyproject.toml where they name packages, kept for later builds; "
                + "compiled ahead"
            run = "`python host/main.py`"
        case .go:
            build = "`go build` of the function with its host; offline where modules are vendored or cached"
            run = "the built program"
        case .java:
            build = "`javac`, or Maven where there is a pom.xml with dependencies"
            run = "`java -cp` with the classes of function and host"
        case .dotnet:
            build = "`dotnet publish -c Release`"
            run = "`dotnet Function.dll`"
        case .ruby:
            build = "`bundle install` where the Gemfile has gems, then a syntax check"
            run = "`ruby host/main.rb`"
        case .php:
            build = "`composer install` where composer.json has packages, then a syntax check"
            run = "`php` workers under the host"
        case .rust:
            build = "`cargo build --release`, offline first"
            run = "the built program"
        case .custom:
            build = "`build.command` of the manifest"
            run = "`command` of the manifest; it serves HTTP on `$PORT`"
        }
    }
}
