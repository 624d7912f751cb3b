import Foundation

// `make generate` sends this to docs/runtimes.md.
FileHandle.standardOutput.write(Data(RuntimesPage().text.utf8))
