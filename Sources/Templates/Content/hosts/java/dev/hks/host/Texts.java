package dev.hks.host;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;

/** Characters, bytes and the words of HTTP. */
final class Texts {
    private static final String TOKEN_MARKS = "!#$%&'*+-.^_`|~";

    private Texts() {}

    static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** The text, or null where the bytes are not UTF-8. */
    static String fromUTF8(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
        } catch (CharacterCodingException error) {
            return null;
        }
    }

    /** Whether a text is a token (RFC 9110, 5.6.2), such as a header's name. */
    static boolean isToken(String text) {
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            if (!isAlphanumeric(c) && TOKEN_MARKS.indexOf(c) < 0) return false;
        }
        return !text.isEmpty();
    }

    /** Whether a text is some of the ten digits, at most `limit` of them. */
    static boolean isDigits(String text, int limit) {
        for (int index = 0; index < text.length(); index++) {
            if (text.charAt(index) < '0' || text.charAt(index) > '9') return false;
        }
        return !text.isEmpty() && text.length() <= limit;
    }

    static boolean isAlphanumeric(char c) {
        return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9';
    }

    /** The value of a hexadecimal digit, below zero where it is none. */
    static int hexDigit(int c) {
        if (c >= '0' && c <= '9') return c - '0';
        if (c >= 'a' && c <= 'f') return c - 'a' + 10;
        return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
    }

    /** The bytes of a text with one character for each, escapes such as `%41` decoded; what is no escape stays. */
    static byte[] percentDecoded(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
        for (int index = 0; index < text.length(); index++) {
            char c = text.charAt(index);
            int high = c == '%' && index + 2 < text.length() ? hexDigit(text.charAt(index + 1)) : -1;
            int low = high < 0 ? -1 : hexDigit(text.charAt(index + 2));
            if (low >= 0) index += 2;
            bytes.write(low >= 0 ? high << 4 | low : c);
        }
        return bytes.toByteArray();
    }

    /** What stands before a mark, or all of it. */
    static String before(String text, char mark) {
        int end = text.indexOf(mark);
        return end < 0 ? text : text.substring(0, end);
    }

    /** An identifier that no one guesses: 32 hexadecimal digits. */
    static String newId() {
        byte[] bytes = new byte[16];
        Random.SOURCE.nextBytes(bytes);
        StringBuilder id = new StringBuilder(32);
        for (byte value : bytes) {
            id.append(Character.forDigit(value >> 4 & 15, 16)).append(Character.forDigit(value & 15, 16));
        }
        return id.toString();
    }

    /** Made when the first one is asked for. */
    private static final class Random {
        static final SecureRandom SOURCE = new SecureRandom();
    }
}
