package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads one JSON text (RFC 8259), strictly. */
final class JsonReader {
    /** A longer number takes its time to convert and means nothing to anyone. */
    private static final int MAX_NUMBER = 1000;

    private final String text;
    private int index;

    JsonReader(String text) {
        this.text = text;
    }

    Object read() throws JsonException {
        Object value = value(0);
        skipSpace();
        if (index < text.length()) throw unexpected();
        return value;
    }

    private Object value(int depth) throws JsonException {
        if (depth > Json.MAX_DEPTH) throw new JsonException("it is nested deeper than " + Json.MAX_DEPTH + " levels");
        skipSpace();
        switch (peek()) {
            case '{': return object(depth);
            case '[': return array(depth);
            case '"': return string();
            case 't': return literal("true", Boolean.TRUE);
            case 'f': return literal("false", Boolean.FALSE);
            case 'n': return literal("null", null);
            default: return number();
        }
    }

    private Map<String, Object> object(int depth) throws JsonException {
        Map<String, Object> object = new LinkedHashMap<>();
        index++;
        skipSpace();
        if (accept('}')) return object;
        do {
            skipSpace();
            if (peek() != '"') throw unexpected();
            String name = string();
            skipSpace();
            expect(':');
            object.put(name, value(depth + 1));
            skipSpace();
        } while (accept(','));
        expect('}');
        return object;
    }

    private List<Object> array(int depth) throws JsonException {
        List<Object> array = new ArrayList<>();
        index++;
        skipSpace();
        if (accept(']')) return array;
        do {
            array.add(value(depth + 1));
            skipSpace();
        } while (accept(','));
        expect(']');
        return array;
    }

    private String string() throws JsonException {
        int start = ++index;
        StringBuilder built = null;
        while (true) {
            char c = next();
            if (c == '"') {
                String rest = text.substring(start, index - 1);
                return built == null ? rest : built.append(rest).toString();
            }
            if (c < ' ') throw unexpected();
            if (c != '\\') continue;
            if (built == null) built = new StringBuilder();
            built.append(text, start, index - 1).append(escape());
            start = index;
        }
    }

    private char escape() throws JsonException {
        char c = next();
        switch (c) {
            case '"': case '\\': case '/': return c;
            case 'b': return '\b';
            case 'f': return '\f';
            case 'n': return '\n';
            case 'r': return '\r';
            case 't': return '\t';
            case 'u': return codeUnit();
            default: throw unexpected();
        }
    }

    private char codeUnit() throws JsonException {
        int value = 0;
        for (int count = 0; count < 4; count++) {
            int digit = Texts.hexDigit(next());
            if (digit < 0) throw unexpected();
            value = value << 4 | digit;
        }
        return (char) value;
    }

    private Object number() throws JsonException {
        int start = index;
        accept('-');
        if (!accept('0') && skipDigits() == 0) throw unexpected();
        boolean isWhole = true;
        if (accept('.')) {
            isWhole = false;
            if (skipDigits() == 0) throw unexpected();
        }
        if (accept('e') || accept('E')) {
            isWhole = false;
            if (!accept('+')) accept('-');
            if (skipDigits() == 0) throw unexpected();
        }
        if (index - start > MAX_NUMBER) throw new JsonException("a number has too many digits");
        return convert(text.substring(start, index), isWhole);
    }

    private static Object convert(String digits, boolean isWhole) throws JsonException {
        if (!isWhole) {
            double value = Double.parseDouble(digits);
            if (Double.isInfinite(value)) throw new JsonException("the number " + digits + " is too large");
            return value;
        }
        if (digits.length() > 18) {
            BigInteger value = new BigInteger(digits);
            return value.bitLength() < 64 ? (Object) value.longValue() : value;
        }
        long value = Long.parseLong(digits);
        return value == (int) value ? (Object) (int) value : (Object) value;
    }

    private Object literal(String word, Object value) throws JsonException {
        if (!text.startsWith(word, index)) throw unexpected();
        index += word.length();
        return value;
    }

    private int skipDigits() {
        int start = index;
        while (index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9') index++;
        return index - start;
    }

    private void skipSpace() {
        while (index < text.length()) {
            char c = text.charAt(index);
            if (c != ' ' && c != '\n' && c != '\r' && c != '\t') return;
            index++;
        }
    }

    private char peek() throws JsonException {
        if (index >= text.length()) throw new JsonException("it ends too early");
        return text.charAt(index);
    }

    private char next() throws JsonException {
        char c = peek();
        index++;
        return c;
    }

    private boolean accept(char c) {
        if (index >= text.length() || text.charAt(index) != c) return false;
        index++;
        return true;
    }

    private void expect(char c) throws JsonException {
        if (peek() != c) throw unexpected();
        index++;
    }

    private JsonException unexpected() {
        return new JsonException("something unexpected stands at character " + Math.min(index + 1, text.length()));
    }
}
