package dev.hks.host;

import java.time.LocalDateTime;
import java.time.ZoneOffset;

/** Points in time as text. The JDK's formatters would follow a locale and take long to load. */
final class Times {
    private static final String[] DAYS = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    private static final String[] MONTHS =
            {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};

    private static volatile long dateSecond;
    private static volatile String date = "";

    private Times() {}

    /** Now, as in `2024-01-31T08:00:00.000Z`. */
    static String timestamp() {
        long now = System.currentTimeMillis();
        LocalDateTime time = LocalDateTime.ofEpochSecond(now / 1000, 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(24);
        pad(text, time.getYear(), 4).append('-');
        pad(text, time.getMonthValue(), 2).append('-');
        pad(text, time.getDayOfMonth(), 2).append('T');
        clock(text, time).append('.');
        return pad(text, (int) (now % 1000), 3).append('Z').toString();
    }

    /** Now, in the form of RFC 9110, 5.6.7. */
    static String httpDate() {
        long second = System.currentTimeMillis() / 1000;
        if (second == dateSecond) return date;
        LocalDateTime time = LocalDateTime.ofEpochSecond(second, 0, ZoneOffset.UTC);
        StringBuilder text = new StringBuilder(29);
        text.append(DAYS[time.getDayOfWeek().getValue() - 1]).append(", ");
        pad(text, time.getDayOfMonth(), 2).append(' ').append(MONTHS[time.getMonthValue() - 1]).append(' ');
        pad(text, time.getYear(), 4).append(' ');
        // In this order, so that nobody takes the old date for the new second's.
        date = clock(text, time).append(" GMT").toString();
        dateSecond = second;
        return date;
    }

    private static StringBuilder clock(StringBuilder text, LocalDateTime time) {
        pad(text, time.getHour(), 2).append(':');
        pad(text, time.getMinute(), 2).append(':');
        return pad(text, time.getSecond(), 2);
    }

    private static StringBuilder pad(StringBuilder text, int number, int width) {
        String digits = Integer.toString(number);
        for (int count = digits.length(); count < width; count++) text.append('0');
        return text.append(digits);
    }
}
