package dev.hks.host;

/** JSON as the host reads and writes it. */
final class Json {
    /** Deeper nesting is refused: it would exhaust the stack. */
    static final int MAX_DEPTH = 500;

    private Json() {}

    /** A text that is not JSON, or a value that cannot become JSON. */
    static final class JsonException extends Exception {
        private static final long serialVersionUID = 1;

        JsonException(String message) {
            super(message, null, false, false);
        }
    }

    /** Objects become maps in their order, arrays lists, whole numbers Integer, Long or BigInteger, others Double. */
    static Object parse(String text) throws JsonException {
        return new JsonReader(text).read();
    }

    /** Encodes a value as compact UTF-8. */
    static byte[] encode(Object value) throws JsonException {
        return Texts.utf8(write(value));
    }

    /** Encodes a value as compact text. */
    static String write(Object value) throws JsonException {
        JsonWriter writer = new JsonWriter();
        writer.write(value, 0);
        return writer.text();
    }
}
