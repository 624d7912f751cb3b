package dev.hks.host;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** What the platform tells the host through the environment. Times are in seconds. */
final class Settings {
    private static final List<String> TYPES = List.of("http", "event", "scheduled", "stream");
    private static final double WEEK = 7 * 86400;
    private static final Pattern DECIMAL = Pattern.compile("[0-9]{0,9}\\.?[0-9]{1,9}");

    final String host;
    final int port;
    /** Null where none is wanted. */
    final String unixPath;
    final String handler;
    final String type;
    final String functionName;
    final String functionVersion;
    /** 0 where no limit is set. */
    final long memoryLimitInMB;
    /** Longest time for one call, its wait for a free place included. */
    final double timeout;
    /** Longest time that running calls get after SIGTERM. */
    final double drain;
    /** Calls at once; 0 leaves the choice to the host. */
    final int concurrency;
    final long maxBody;
    /** Longest time for a request's head to arrive, and for a client to take the next piece of an answer. */
    final double ioTimeout;
    /** Longest time that an unused connection stays open; above what proxies in front use. */
    final double idleTimeout;
    /** Failures are then shown to the caller. */
    final boolean isDeveloping;
    /** The host then serves only itself, see {@link WarmUp}. */
    final boolean isWarmUp;

    /** A variable holds a value that the host cannot work with. */
    static final class SettingsException extends Exception {
        private static final long serialVersionUID = 1;

        SettingsException(String message) {
            super(message);
        }
    }

    Settings(Map<String, String> environment) throws SettingsException {
        this(environment, false);
    }

    private Settings(Map<String, String> environment, boolean isWarmUp) throws SettingsException {
        host = text(environment, "HKS_LISTEN_HOST", "0.0.0.0");
        port = (int) whole(environment, "PORT", 8080, 65535);
        unixPath = text(environment, "HKS_LISTEN_UNIX", null);
        handler = text(environment, "HKS_HANDLER", "com.example.Handler");
        type = text(environment, "HKS_TYPE", "http");
        functionName = text(environment, "HKS_FUNCTION_NAME", text(environment, "K_SERVICE", "function"));
        functionVersion = text(environment, "HKS_FUNCTION_VERSION", text(environment, "K_REVISION", ""));
        memoryLimitInMB = whole(environment, "HKS_MEMORY_LIMIT_MB", 0, 1L << 53);
        timeout = seconds(environment, "HKS_TIMEOUT_SECONDS", 300);
        drain = seconds(environment, "HKS_DRAIN_SECONDS", 10);
        concurrency = (int) Math.min(Integer.MAX_VALUE, whole(environment, "HKS_CONCURRENCY", 0, 1L << 53));
        maxBody = whole(environment, "HKS_MAX_BODY_BYTES", 10 * 1024 * 1024, 1L << 53);
        ioTimeout = seconds(environment, "HKS_IO_TIMEOUT_SECONDS", 30);
        idleTimeout = seconds(environment, "HKS_IDLE_TIMEOUT_SECONDS", 120);
        isDeveloping = "1".equals(environment.get("HKS_DEVELOP"));
        this.isWarmUp = isWarmUp;
        if (!TYPES.contains(type)) {
            String known = String.join(", ", TYPES);
            throw new SettingsException("HKS_TYPE '" + type + "' is not served by the Java host; it serves: " + known);
        }
    }

    /** The settings of a host that no one else can reach. */
    Settings forWarmUp() throws SettingsException {
        String handler = WarmUp.class.getName();
        return new Settings(Map.of("PORT", "0", "HKS_LISTEN_HOST", "127.0.0.1", "HKS_HANDLER", handler), true);
    }

    /** A number of seconds on the clock of {@link System#nanoTime}. */
    static long nanos(double seconds) {
        return (long) (seconds * 1e9);
    }

    /** A number of seconds for people: without a fraction where there is none. */
    static String describe(double seconds) {
        return seconds == Math.rint(seconds) ? Long.toString((long) seconds) : Double.toString(seconds);
    }

    private static String text(Map<String, String> environment, String name, String fallback) {
        String text = environment.get(name);
        return text == null || text.isEmpty() ? fallback : text;
    }

    private static long whole(Map<String, String> environment, String name, long fallback, long high)
            throws SettingsException {
        String text = text(environment, name, null);
        if (text == null) return fallback;
        boolean isNumber = text.length() <= 16 && text.chars().allMatch(c -> c >= '0' && c <= '9');
        if (!isNumber || Long.parseLong(text) > high) {
            throw new SettingsException(name + " must be a whole number of at least 0, not '" + text + "'");
        }
        return Long.parseLong(text);
    }

    private static double seconds(Map<String, String> environment, String name, double fallback)
            throws SettingsException {
        String text = text(environment, name, null);
        if (text == null) return fallback;
        double value = DECIMAL.matcher(text).matches() ? Double.parseDouble(text) : -1;
        // A week is longer than any platform lets a call run.
        if (value < 0 || value > WEEK) {
            throw new SettingsException(name + " must be a number of seconds, not '" + text + "'");
        }
        // A limit of 0 means that none is wanted.
        return value == 0 ? WEEK : value;
    }
}
