package dev.hks.host;

/** A handler's result that cannot be sent. */
final class ResultException extends Exception {
    private static final long serialVersionUID = 1;

    ResultException(String reason) {
        super("the handler's result cannot be sent: " + reason, null, false, false);
    }
}
