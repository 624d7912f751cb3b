import Foundation
import FuncKit
import FuncPlatform

extension LocalPlatform.Configure {
    /// What `doctor` looks at. Settings that cannot be read are findings themselves, and their defaults count.
    func doctorSubject(workingFolder: String, now: Date) -> Doctor.Subject {
        var known = [contentFinding()]
        var config = ConfigFile(path: directories.configFile)
        var faults: [FuncError] = []
        func value<T>(_ read: () throws -> T) -> T? {
            do {
                return try read()
            } catch {
                faults.append(error as? FuncError ?? FuncError(.configInvalid, "\(error)"))
                return nil
            }
        }
        config = value { try ConfigFile.load(directories) } ?? config
        let settings = Settings(environment: environment, config: config)
        let dataFolder = value { try settings.value("platform.dataDir") } ?? nil
        let port = value { try settings.value("platform.port").flatMap(Int.init) } ?? nil
        _ = value { try Contexts(config: config).target(settings, environment: environment) }
        known += faults.enumerated().map { index, fault in
            let id = index == 0 ? "settings" : "settings.\(index + 1)"
            return DoctorFinding(id, .settings, .error, "settings", fault.description, fix: fault.hint)
        }
        if faults.isEmpty {
            known.append(DoctorFinding("settings", .settings, .ok, "settings", "all of them can be read"))
        }
        return Doctor.Subject(
            environment: environment,
            workingFolder: workingFolder,
            directories: directories,
            config: config,
            dataFolder: dataFolder ?? directories.platform,
            port: port ?? PlatformConfiguration.defaultPort,
            now: now,
            known: known
        )
    }

    /// Without templates and hosts nothing can be started or built.
    private func contentFinding() -> DoctorFinding {
        do {
            let folder = try TemplateLibrary.contentFolder(environment: environment, executablePath: executablePath)
            return DoctorFinding("library.content", .libraries, .ok, "templates", "in '\(folder)'")
        } catch {
            return DoctorFinding("library.content", .libraries, .error, "templates", error.message, fix: error.hint)
        }
    }
}
