package dev.hks.host;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/** One request, its body complete. */
final class Request {
    final String method;
    final String path;
    /** Without its question mark; empty where there is none. */
    final String query;
    final boolean isHttp10;
    /** Lower-case names; every value in the order of arrival, one character for each byte. */
    final Map<String, List<String>> headers;
    final byte[] body;
    /** Address of the peer; null on a Unix socket. */
    final String remote;

    Request(RequestLine line, Map<String, List<String>> headers, byte[] body, String remote) {
        method = line.method;
        path = Texts.before(line.target, '?');
        query = path.length() == line.target.length() ? "" : line.target.substring(path.length() + 1);
        isHttp10 = line.isHttp10;
        this.headers = headers;
        this.body = body;
        this.remote = remote;
    }

    /** The first value of a header, or null. */
    String header(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : values.get(0);
    }

    /** All values of a header as one, or null. */
    String joined(String name) {
        List<String> values = headers.get(name);
        return values == null ? null : String.join(",", values);
    }

    /** Whether the client wants to use the connection again. */
    boolean keepsAlive() {
        String options = joined("connection");
        if (options == null) return !isHttp10;
        String wanted = isHttp10 ? "keep-alive" : "close";
        for (String option : options.toLowerCase(Locale.ROOT).split(",")) {
            if (option.trim().equals(wanted)) return isHttp10;
        }
        return !isHttp10;
    }
}
