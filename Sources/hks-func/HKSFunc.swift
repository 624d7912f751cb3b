import ArgumentParser
import FuncKit

/// The program's root command; its subcommands are the whole command line.
@main
struct HKSFunc: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hks-func",
        abstract: "Build, run and deploy functions.",
        discussion: """
            From an empty folder to served traffic:

              hks-func init hello -r python -t http && cd hello
              hks-func deploy
              hks-func invoke hello

            Without any set-up, commands talk to a platform on this machine that the first deploy starts. \
            See 'hks-func context' for other targets. 'hks-func --version' prints the version of this program.

            \(ExitStatus.table)
            """,
        groupedSubcommands: [
            CommandGroup(
                name: "Project",
                subcommands: [
                    ProjectInit.self, ManifestValidate.self, SchemaPrint.self, ProjectTest.self, ProjectBuild.self,
                    ProjectDevelop.self, ProjectDeploy.self,
                ]
            ),
            CommandGroup(
                name: "Function",
                subcommands: [
                    FunctionUpdate.self, FunctionRollback.self, FunctionLogs.self, FunctionInvoke.self,
                    FunctionList.self, FunctionDescribe.self, FunctionDelete.self, Versions.self, TrafficGroup.self,
                    TriggersGroup.self,
                    Invocations.self, FunctionMetrics.self, FunctionEvents.self,
                    SecretsGroup.self,
                ]
            ),
            CommandGroup(
                name: "Target",
                subcommands: [
                    PlatformGroup.self, ContextGroup.self, SessionLogin.self, SessionLogout.self, SessionShow.self,
                    ConfigGroup.self,
                ]
            ),
            CommandGroup(
                name: "Help",
                subcommands: [
                    MachineDoctor.self, CompletionPrint.self, ErrorExplain.self, VersionShow.self,
                ]
            ),
        ]
    )

    /// Runs the command that the arguments name and leaves with its status.
    static func main() async {
        let status = await LiveProcess.run(Array(CommandLine.arguments.dropFirst()))
        LiveProcess.leave(with: status)
    }
}
