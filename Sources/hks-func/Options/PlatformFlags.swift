import ArgumentParser

/// Which platform a `platform` command means.
struct PlatformFlags: ParsableArguments {
    @Option(
        help: ArgumentHelp("Folder of the platform's data. [env: HKS_FUNC_DATA_DIR]", valueName: "folder"),
        completion: .directory
    )
    var dataDir: String?

    @Option(help: ArgumentHelp("Port; the next free one where it is taken. [env: HKS_FUNC_PORT]", valueName: "port"))
    var port: Int?

    @Option(help: ArgumentHelp("Loopback address to listen on.", valueName: "address"))
    var listen: String?

    @Option(
        help: ArgumentHelp(
            "Limits such as 'requests=600/m,creates=100/h,invokes=1000/m,logs=100/h'. [env: HKS_FUNC_RATE_LIMITS]",
            valueName: "limits"
        )
    )
    var rateLimits: String?

    @Option(
        help: ArgumentHelp(
            "Web pages that may call the API, separated by commas. [env: HKS_FUNC_CORS_ORIGINS]",
            valueName: "origins"
        )
    )
    var corsOrigins: String?

    func validate() throws {
        if let port, !(0...65535).contains(port) { throw ValidationError("--port must be between 0 and 65535") }
    }

    /// The flags as a value.
    var options: PlatformOptions {
        PlatformOptions(
            dataFolder: dataDir,
            port: port,
            listenHost: listen,
            rateLimits: rateLimits,
            corsOrigins: corsOrigins
        )
    }
}

/// The same for commands that start nothing.
struct PlatformFolderFlag: ParsableArguments {
    @Option(
        help: ArgumentHelp("Folder of the platform's data. [env: HKS_FUNC_DATA_DIR]", valueName: "folder"),
        completion: .directory
    )
    var dataDir: String?

    /// The flag as a value.
    var options: PlatformOptions {
        PlatformOptions(dataFolder: dataDir)
    }
}
