package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.util.Base64;
import java.util.Locale;
import java.util.Set;

/** The body of a request as text, or as Base64 where it is not text. */
final class Content {
    /** Always handed over as Base64, even where a body happens to be valid UTF-8. */
    private static final Set<String> BINARY = Set.of("application/octet-stream", "application/pdf", "application/zip",
            "application/gzip", "application/x-tar", "application/x-gzip", "application/wasm");
    private static final Set<String> BINARY_FAMILIES = Set.of("image", "audio", "video", "font", "multipart");

    /** The content type without its parameters; empty where there is none. */
    final String mediaType;
    /** Null where there is none. */
    final String body;
    final boolean isBase64;

    Content(Request request) {
        mediaType = mediaType(request);
        boolean isText = !request.headers.containsKey("content-encoding") && !BINARY.contains(mediaType)
                && !BINARY_FAMILIES.contains(Texts.before(mediaType, '/'));
        String text = isText ? Texts.fromUTF8(request.body) : null;
        isBase64 = request.body.length > 0 && text == null;
        body = request.body.length == 0 ? null : isBase64 ? Base64.getEncoder().encodeToString(request.body) : text;
    }

    static String mediaType(Request request) {
        String type = request.header("content-type");
        return type == null ? "" : mediaType(type);
    }

    static String mediaType(String contentType) {
        return Texts.before(contentType, ';').trim().toLowerCase(Locale.ROOT);
    }

    /** Whether bodies of this type are JSON. */
    static boolean isJson(String mediaType) {
        int slash = mediaType.indexOf('/');
        return mediaType.equals("application/json") || mediaType.equals("text/json")
                || slash > 0 && mediaType.endsWith("+json") && mediaType.length() > slash + 6;
    }

    /** Whether the body may be JSON. */
    boolean mayBeJson() {
        return body != null && !isBase64 && (mediaType.isEmpty() || isJson(mediaType));
    }

    /** The body's value where it is JSON, else null. */
    Object data() {
        try {
            return mayBeJson() ? Json.parse(body) : null;
        } catch (JsonException error) {
            // The handler has the text.
            return null;
        }
    }
}
