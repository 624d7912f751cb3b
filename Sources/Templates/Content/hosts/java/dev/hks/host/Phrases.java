package dev.hks.host;

import java.util.HashMap;
import java.util.Map;

/** What the statuses of HTTP are called. */
final class Phrases {
    private static final Map<Integer, String> PHRASES = new HashMap<>();

    static {
        add(200, "OK", "Created", "Accepted", "Non-Authoritative Information", "No Content", "Reset Content",
                "Partial Content");
        add(300, "Multiple Choices", "Moved Permanently", "Found", "See Other", "Not Modified");
        add(307, "Temporary Redirect", "Permanent Redirect");
        add(400, "Bad Request", "Unauthorized", "Payment Required", "Forbidden", "Not Found", "Method Not Allowed",
                "Not Acceptable", "Proxy Authentication Required", "Request Timeout", "Conflict", "Gone",
                "Length Required", "Precondition Failed", "Content Too Large", "URI Too Long",
                "Unsupported Media Type", "Range Not Satisfiable", "Expectation Failed", "I'm a Teapot");
        add(421, "Misdirected Request", "Unprocessable Content", "Locked", "Failed Dependency", "Too Early",
                "Upgrade Required");
        add(428, "Precondition Required", "Too Many Requests");
        add(431, "Request Header Fields Too Large");
        add(451, "Unavailable For Legal Reasons");
        add(500, "Internal Server Error", "Not Implemented", "Bad Gateway", "Service Unavailable", "Gateway Timeout",
                "HTTP Version Not Supported");
    }

    private Phrases() {}

    /** Empty where the status has no name. */
    static String of(int status) {
        return PHRASES.getOrDefault(status, "");
    }

    private static void add(int first, String... phrases) {
        for (int index = 0; index < phrases.length; index++) PHRASES.put(first + index, phrases[index]);
    }
}
