package dev.hks.host;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Ends what takes too long: blocking reads and writes have no time limit of their own. */
final class Deadlines implements Runnable {
    /** How far in the future something still counts as never; nanoTime may overflow beyond. */
    static final long FAR = Long.MAX_VALUE / 4;

    private final Set<Connection> connections = ConcurrentHashMap.newKeySet();
    private long next = System.nanoTime() + FAR;

    /** All connections that are open. */
    Set<Connection> connections() {
        return connections;
    }

    /** Makes sure that the deadlines are looked at by then. */
    synchronized void watch(long deadline) {
        if (deadline - next >= 0) return;
        next = deadline;
        notifyAll();
    }

    @Override
    public void run() {
        while (true) {
            try {
                awaitNext();
            } catch (InterruptedException error) {
                return;
            }
            long now = System.nanoTime();
            for (Connection connection : connections) watch(connection.expire(now));
        }
    }

    private synchronized void awaitNext() throws InterruptedException {
        for (long rest = next - System.nanoTime(); rest > 0; rest = next - System.nanoTime()) {
            wait(rest / 1_000_000 + 1);
        }
        next = System.nanoTime() + FAR;
    }
}
