package dev.hks.host;

import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;

/** Stack traces that show the user's own code. */
final class Stacks {
    private static final String HOST = Stacks.class.getPackageName() + ".";
    /** How a call gets from the host to the user's code. */
    private static final List<String> WAYS =
            List.of("java.lang.reflect.", "jdk.internal.reflect.", "java.lang.invoke.", "java.lang.Thread",
                    "java.util.concurrent.ThreadPoolExecutor", "java.lang.Class", "java.lang.ClassLoader");

    private Stacks() {}

    /** What was thrown in one line. */
    static String summary(Throwable error) {
        return Texts.before(error.toString(), '\n').replace('\r', ' ');
    }

    /** What was thrown with its stack, causes and suppressed companions, without the frames of the host. */
    static String describe(Throwable error) {
        StringBuilder out = new StringBuilder();
        append(out, error, "", "", List.of(), Collections.newSetFromMap(new IdentityHashMap<>()));
        return out.substring(0, out.length() - 1);
    }

    /** What was thrown by the host itself, and where. */
    static String ofHost(Throwable error) {
        StackTraceElement[] frames = error.getStackTrace();
        return frames.length == 0 ? summary(error) : summary(error) + " at " + frames[0];
    }

    /** What a future or a reflective call wraps. */
    static Throwable unwrap(Throwable error) {
        boolean isWrapper = error instanceof CompletionException || error instanceof ExecutionException;
        return isWrapper && error.getCause() != null ? unwrap(error.getCause()) : error;
    }

    private static void append(StringBuilder out, Throwable error, String indent, String caption,
            List<StackTraceElement> enclosing, Set<Throwable> seen) {
        out.append(indent).append(caption).append(error).append('\n');
        if (!seen.add(error)) return;
        List<StackTraceElement> frames = frames(error);
        int common = commonEnd(frames, enclosing);
        for (StackTraceElement frame : frames.subList(0, frames.size() - common)) {
            out.append(indent).append("\tat ").append(frame).append('\n');
        }
        if (common > 0) out.append(indent).append("\t... ").append(common).append(" more\n");
        for (Throwable other : error.getSuppressed()) {
            append(out, other, indent + "\t", "Suppressed: ", frames, seen);
        }
        if (error.getCause() != null) append(out, error.getCause(), indent, "Caused by: ", frames, seen);
    }

    private static List<StackTraceElement> frames(Throwable error) {
        List<StackTraceElement> frames = new ArrayList<>(List.of(error.getStackTrace()));
        if (!frames.removeIf(frame -> frame.getClassName().startsWith(HOST))) return frames;
        while (!frames.isEmpty() && isWay(frames.get(frames.size() - 1))) frames.remove(frames.size() - 1);
        return frames;
    }

    private static boolean isWay(StackTraceElement frame) {
        return WAYS.stream().anyMatch(frame.getClassName()::startsWith);
    }

    private static int commonEnd(List<StackTraceElement> frames, List<StackTraceElement> enclosing) {
        int count = 0;
        while (count < frames.size() && count < enclosing.size()
                && frames.get(frames.size() - 1 - count).equals(enclosing.get(enclosing.size() - 1 - count))) {
            count++;
        }
        return count;
    }
}
