import ArgumentParser
import FuncPlatform
@main struct HKSFunc: AsyncParsableCommand { func run() async throws {} }
