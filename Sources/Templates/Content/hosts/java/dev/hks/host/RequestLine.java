package dev.hks.host;

import java.util.Locale;

/** The first line of a request (RFC 9112, 3). */
final class RequestLine {
    private static final int MAX_TARGET = 16 * 1024;

    final String method;
    /** Path and query. */
    final String target;
    final boolean isHttp10;

    RequestLine(String line) throws Refusal {
        String[] parts = line.split(" ", -1);
        if (parts.length != 3 || !Texts.isToken(parts[0])) throw new Refusal(400, "the request line is malformed");
        method = parts[0];
        isHttp10 = isHttp10(parts[2]);
        if (parts[1].length() > MAX_TARGET) throw new Refusal(414, "the request's target is too long");
        target = parts[1].startsWith("/") ? parts[1] : pathOf(parts[1], method);
        if (target.indexOf('\t') >= 0) throw new Refusal(400, "the request's target is malformed");
    }

    private static boolean isHttp10(String version) throws Refusal {
        if (version.equals("HTTP/1.1")) return false;
        if (version.equals("HTTP/1.0")) return true;
        boolean isVersion = version.length() == 8 && version.startsWith("HTTP/") && version.charAt(6) == '.'
                && Texts.isDigits(version.substring(5, 6) + version.substring(7), 2);
        throw isVersion ? new Refusal(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
                : new Refusal(400, "the request line is malformed");
    }

    /** The path and query of a target in absolute form, as proxies send it. */
    private static String pathOf(String target, String method) throws Refusal {
        if (target.equals("*") && method.equals("OPTIONS")) return target;
        String lower = target.toLowerCase(Locale.ROOT);
        int start = lower.startsWith("http://") ? 7 : lower.startsWith("https://") ? 8 : target.length();
        int end = start;
        while (end < target.length() && "/?#".indexOf(target.charAt(end)) < 0) end++;
        if (end == start) throw new Refusal(400, "the request's target is malformed");
        String path = target.substring(end);
        return path.startsWith("/") ? path : "/" + path;
    }
}
