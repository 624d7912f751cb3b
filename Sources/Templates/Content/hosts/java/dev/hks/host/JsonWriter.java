package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.lang.reflect.Array;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Optional;

/** Writes one value as compact JSON. */
final class JsonWriter {
    private static final char[] HEX = "0123456789abcdef".toCharArray();

    private final StringBuilder out = new StringBuilder();

    String text() {
        return out.toString();
    }

    void write(Object value, int depth) throws JsonException {
        if (depth > Json.MAX_DEPTH) {
            throw new JsonException("it is nested deeper than " + Json.MAX_DEPTH + " levels or holds itself");
        }
        if (value == null || value instanceof Boolean) {
            out.append(value);
        } else if (value instanceof CharSequence || value instanceof Character) {
            writeText(value.toString());
        } else if (value instanceof Number) {
            writeNumber((Number) value);
        } else if (value instanceof Map) {
            writeObject((Map<?, ?>) value, depth);
        } else if (value instanceof Iterable && !(value instanceof java.nio.file.Path)) {
            writeArray((Iterable<?>) value, depth);
        } else if (value instanceof Optional) {
            write(((Optional<?>) value).orElse(null), depth);
        } else if (value.getClass().isArray() && !(value instanceof byte[])) {
            writeArray(value, depth);
        } else if (Beans.isText(value)) {
            writeText(value.toString());
        } else if (Beans.isBean(value)) {
            writeObject(Beans.fields(value), depth);
        } else {
            throw new JsonException("a " + value.getClass().getTypeName() + " has no JSON form");
        }
    }

    private void writeNumber(Number number) throws JsonException {
        double value = number.doubleValue();
        boolean isDecimal = number instanceof Double || number instanceof Float;
        if (isDecimal && (Double.isNaN(value) || Double.isInfinite(value))) {
            throw new JsonException(number + " has no JSON form");
        }
        boolean isKnown = isDecimal || number instanceof Integer || number instanceof Long || number instanceof Short
                || number instanceof Byte || number instanceof BigInteger || number instanceof BigDecimal;
        // AtomicLong and the like.
        out.append(isKnown ? number.toString() : Long.toString(number.longValue()));
    }

    private void writeObject(Map<?, ?> object, int depth) throws JsonException {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : object.entrySet()) {
            out.append(separator);
            separator = ",";
            Object key = entry.getKey();
            if (!(key instanceof CharSequence || key instanceof Number || key instanceof Boolean
                    || key instanceof Character || Beans.isText(key))) {
                throw new JsonException("a key that is no text has no JSON form");
            }
            writeText(key.toString());
            out.append(':');
            write(entry.getValue(), depth + 1);
        }
        out.append('}');
    }

    private void writeArray(Iterable<?> items, int depth) throws JsonException {
        out.append('[');
        String separator = "";
        for (Object item : items) {
            out.append(separator);
            separator = ",";
            write(item, depth + 1);
        }
        out.append(']');
    }

    private void writeArray(Object array, int depth) throws JsonException {
        out.append('[');
        for (int index = 0; index < Array.getLength(array); index++) {
            if (index > 0) out.append(',');
            write(Array.get(array, index), depth + 1);
        }
        out.append(']');
    }

    private void writeText(String text) {
        out.append('"');
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (c == '"' || c == '\\') {
                out.append('\\').append(c);
            } else if (c == '\n') {
                out.append("\\n");
            } else if (c == '\t') {
                out.append("\\t");
            } else if (c == '\r') {
                out.append("\\r");
            } else if (c < ' ' || c == 0x7f || Character.isSurrogate(c) && !isPaired(text, index)) {
                // Half of a surrogate pair has no UTF-8 form, only an escaped one.
                writeEscape(c);
            } else {
                out.append(c);
            }
        }
        out.append('"');
    }

    private void writeEscape(char c) {
        out.append("\\u").append(HEX[c >> 12]).append(HEX[c >> 8 & 15]).append(HEX[c >> 4 & 15]).append(HEX[c & 15]);
    }

    private static boolean isPaired(String text, int index) {
        if (Character.isHighSurrogate(text.charAt(index))) {
            return index + 1 < text.length() && Character.isLowSurrogate(text.charAt(index + 1));
        }
        return index > 0 && Character.isHighSurrogate(text.charAt(index - 1));
    }
}
