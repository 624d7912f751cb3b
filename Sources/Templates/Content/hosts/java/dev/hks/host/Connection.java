package dev.hks.host;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** One client's connection, on a thread of its own: requests in, answers out, one at a time and in order. */
final class Connection implements Runnable, RequestReader.Progress, Dispatcher.Recipient {
    /** More at once would have the JDK keep a buffer as large for this thread. */
    private static final int MAX_WRITE = 64 * 1024;
    /**
     * How long, and for how many bytes, a refused client may go on sending before the connection is cut;
     * cutting at once could take the answer away from it.
     */
    private static final double LINGER_SECONDS = 2;
    private static final int MAX_LINGER = 64 * 1024 * 1024;

    private static final byte[] NOTHING = new byte[0];

    private enum State { IDLE, RECEIVING, CALLING, SENDING, LINGERING }

    private final Server server;
    private final Settings settings;
    private final SocketChannel channel;
    private final ByteInput input;
    private final RequestReader reader;
    private Request request;
    private long receivingSince;
    private boolean closes;

    // Guarded by this object.
    private State state = State.IDLE;
    private long deadline;
    private boolean isTooSlow;

    Connection(Server server, Settings settings, SocketChannel channel, String remote) {
        this.server = server;
        this.settings = settings;
        this.channel = channel;
        input = new ByteInput(channel);
        reader = new RequestReader(input, settings.maxBody, remote, this);
        enter(State.IDLE, in(settings.idleTimeout));
    }

    @Override
    public void run() {
        try {
            while (serveNext()) enter(State.IDLE, in(settings.idleTimeout));
        } catch (Refusal refusal) {
            refuse(refusal);
        } catch (IOException | InterruptedException error) {
            if (isTooSlow()) refuse(new Refusal(408, "the request took too long to arrive"));
        } catch (RuntimeException | Error error) {
            Logs.log("error", "the host failed: " + Stacks.ofHost(error), null);
        } finally {
            close();
            server.forget(this);
        }
    }

    /** The time for what is under way may be over; returns when it will be. */
    synchronized long expire(long now) {
        if (now - deadline < 0) return deadline;
        deadline = now + Deadlines.FAR;
        if (state == State.RECEIVING) isTooSlow = true;
        if (state == State.IDLE || state == State.RECEIVING) endInput();
        else if (state != State.CALLING) close();
        return deadline;
    }

    /** The server stops: a connection that is not in use closes. */
    synchronized void onDrain() {
        if (state == State.IDLE) endInput();
    }

    // Receiving

    private boolean serveNext() throws IOException, InterruptedException, Refusal {
        // What has arrived already is served although the server stops.
        if (server.isDraining() && request != null && input.buffered() == 0) return false;
        request = reader.next();
        if (request == null) return false;
        enter(State.CALLING, System.nanoTime() + Deadlines.FAR);
        closes = !request.keepsAlive();
        Response response = server.probe(request);
        if (response != null) answer(response);
        else server.dispatcher.serve(new Call(request, in(settings.timeout)), this);
        return !closes;
    }

    @Override
    public void onBegin() {
        receivingSince = System.nanoTime();
        // A fixed end, whatever trickles in: a slow client gains nothing by sending single bytes.
        enter(State.RECEIVING, receivingSince + Settings.nanos(settings.ioTimeout));
    }

    @Override
    public void onHead() {
        enter(State.RECEIVING, receivingSince + 4 * Settings.nanos(settings.ioTimeout));
    }

    @Override
    public void onExpectation() throws IOException {
        channel.write(ByteBuffer.wrap(Response.CONTINUE));
    }

    // Answering

    @Override
    public void answer(Response response) throws IOException {
        closes |= server.isDraining();
        byte[] head = response.head(request.method, closes);
        boolean hasBody = response.mayHaveBody() && !request.method.equals("HEAD");
        write(head, hasBody ? response.body : NOTHING);
    }

    @Override
    public void stream(Response response, Outlet outlet) throws IOException, InterruptedException {
        closes |= server.isDraining() || request.isHttp10;
        boolean isChunked = !request.isHttp10;
        write(response.streamHead(isChunked, closes), NOTHING);
        if (request.method.equals("HEAD")) return;
        for (byte[] piece = outlet.take(); piece != null; piece = outlet.take()) {
            if (piece.length == 0) continue;
            if (!isChunked) {
                write(piece, NOTHING);
                continue;
            }
            byte[] framed = new byte[piece.length + 2];
            System.arraycopy(piece, 0, framed, 0, piece.length);
            framed[piece.length] = '\r';
            framed[piece.length + 1] = '\n';
            write((Integer.toHexString(piece.length) + "\r\n").getBytes(StandardCharsets.US_ASCII), framed);
        }
        // Closing without the end of the answer tells the client that it broke off.
        if (!outlet.isComplete()) closes = true;
        else if (isChunked) write("0\r\n\r\n".getBytes(StandardCharsets.US_ASCII), NOTHING);
    }

    /** Answers what is not a request that can be served; nothing after it on the connection is read. */
    private void refuse(Refusal refusal) {
        try {
            Response response = Response.error(refusal.status, refusal.getMessage(), Map.of());
            write(response.head("", true), response.body);
            channel.shutdownOutput();
            enter(State.LINGERING, in(LINGER_SECONDS));
            ByteBuffer dropped = ByteBuffer.allocate(MAX_WRITE);
            for (long count = 0, size = 0; count >= 0 && size < MAX_LINGER; size += count) {
                dropped.clear();
                count = channel.read(dropped);
            }
        } catch (IOException error) {
            // The client is gone.
        }
    }

    private void write(byte[] head, byte[] body) throws IOException {
        if (body.length > 0 && head.length + body.length <= MAX_WRITE) {
            byte[] joined = new byte[head.length + body.length];
            System.arraycopy(head, 0, joined, 0, head.length);
            System.arraycopy(body, 0, joined, head.length, body.length);
            writeAll(joined);
        } else {
            writeAll(head);
            writeAll(body);
        }
    }

    private void writeAll(byte[] bytes) throws IOException {
        for (int start = 0; start < bytes.length;) {
            enter(State.SENDING, in(settings.ioTimeout));
            start += channel.write(ByteBuffer.wrap(bytes, start, Math.min(MAX_WRITE, bytes.length - start)));
        }
        enter(State.CALLING, System.nanoTime() + Deadlines.FAR);
    }

    // Time

    private void enter(State state, long deadline) {
        synchronized (this) {
            this.state = state;
            this.deadline = deadline;
        }
        server.deadlines.watch(deadline);
    }

    private static long in(double seconds) {
        return System.nanoTime() + Settings.nanos(seconds);
    }

    private synchronized boolean isTooSlow() {
        return isTooSlow;
    }

    /** Has a read that waits return, as if the client had sent all. */
    private void endInput() {
        try {
            channel.shutdownInput();
        } catch (IOException error) {
            close();
        }
    }

    private void close() {
        try {
            channel.close();
        } catch (IOException error) {
            // Closed all the same.
        }
    }
}
