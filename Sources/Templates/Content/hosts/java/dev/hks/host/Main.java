package dev.hks.host;

import java.io.IOException;

/**
 * Starts the Java host: {@code java -cp host.jar:classes dev.hks.host.Main}, with the user's files as the working
 * folder.
 */
public final class Main {
    private Main() {}

    /** Runs until SIGTERM; ends the process with status 0, or 1 with the reason as the last line. */
    public static void main(String[] arguments) {
        // Before the server listens there is nothing that would have to end first.
        Signals.onStop(() -> Runtime.getRuntime().halt(0));
        adopt("HOME", "user.home");
        adopt("TMPDIR", "java.io.tmpdir");
        Logs.install();
        try {
            Settings settings = new Settings(System.getenv());
            if (arguments.length > 0 && arguments[0].equals("warm-up")) settings = settings.forWarmUp();
            Handler handler = Loader.load(settings.handler);
            Server server = new Server(settings, new Application(settings, handler));
            server.listen();
            Signals.onStop(server::stop);
            if (settings.isWarmUp) WarmUp.start(server);
            server.run();
        } catch (Loader.LoadException error) {
            if (error.getCause() != null) Logs.writePlain(Stacks.describe(error.getCause()) + "\n");
            fail(error);
        } catch (Settings.SettingsException | IOException error) {
            fail(error);
        }
        System.exit(0);
    }

    /** Has the JDK use the instance's own folders: it would ask the system for the user's. */
    private static void adopt(String variable, String property) {
        String folder = System.getenv(variable);
        if (folder != null && !folder.isEmpty()) System.setProperty(property, folder);
    }

    private static void fail(Exception error) {
        Logs.writePlain(error.getMessage() + "\n");
        // Without the hooks of the user's code, so that the reason stays the last line.
        Runtime.getRuntime().halt(1);
    }
}
