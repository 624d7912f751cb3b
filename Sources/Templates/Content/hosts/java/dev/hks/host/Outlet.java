package dev.hks.host;

/** Hands the pieces of a streamed answer from the handler's thread to the connection's, one at a time. */
final class Outlet {
    /** When nobody waits for a piece any more, on the clock of {@link System#nanoTime}. */
    private final long deadline;
    private byte[] piece;
    private boolean hasEnded;
    private boolean hasFailed;
    private boolean isClosed;

    Outlet(long deadline) {
        this.deadline = deadline;
    }

    /** Waits until the piece before has been taken; false where nobody takes further ones. */
    synchronized boolean send(byte[] next) throws InterruptedException {
        while (piece != null && !isClosed) wait();
        if (isClosed) return false;
        piece = next;
        notifyAll();
        return true;
    }

    /** The answer is complete, or breaks off here. */
    synchronized void end(boolean isComplete) {
        hasEnded = true;
        hasFailed = !isComplete;
        notifyAll();
    }

    /** Nobody takes further pieces. */
    synchronized void close() {
        isClosed = true;
        notifyAll();
    }

    /** Waits for the next piece; null at the end and where the time is over. */
    synchronized byte[] take() throws InterruptedException {
        while (piece == null && !hasEnded) {
            long rest = (deadline - System.nanoTime()) / 1_000_000;
            if (rest <= 0) return null;
            wait(rest);
        }
        byte[] taken = piece;
        piece = null;
        notifyAll();
        return taken;
    }

    /** Whether all pieces have been taken and there will be no more. */
    synchronized boolean isComplete() {
        return hasEnded && !hasFailed && piece == null;
    }

    /** Whether its call ran out of time. */
    synchronized boolean isOverdue() {
        return !hasEnded && System.nanoTime() - deadline >= -1_000_000;
    }
}
