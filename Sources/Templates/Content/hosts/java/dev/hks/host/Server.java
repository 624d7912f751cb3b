package dev.hks.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Listeners, connections and the orderly stop. */
final class Server {
    private static final int BACKLOG = 1024;
    /** Connections run no user code, and a request's depth does not show on their threads. */
    private static final long STACK_SIZE = 256 * 1024;
    /** How long new connections wait when the process is out of file descriptors, in milliseconds. */
    private static final long ACCEPT_PAUSE = 500;
    /** How long the thread of a request that has just arrived may take to notice it, in milliseconds. */
    private static final long NOTICE_TIME = 20;

    final Dispatcher dispatcher;
    final Deadlines deadlines = new Deadlines();
    private final Settings settings;
    private final Path unixPath;
    private final Selector selector;
    private final List<ServerSocketChannel> listeners = new ArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> thread(task, "connection"));
    private volatile boolean isDraining;

    Server(Settings settings, Application application) throws IOException {
        this.settings = settings;
        dispatcher = new Dispatcher(settings, application);
        unixPath = settings.unixPath != null && UnixSockets.areThere() ? Path.of(settings.unixPath) : null;
        selector = Selector.open();
    }

    /** Opens the listeners. */
    void listen() throws IOException {
        if (unixPath != null) open(settings.unixPath, () -> UnixSockets.listen(unixPath, BACKLOG));
        open(settings.host + ":" + settings.port, () -> {
            ServerSocketChannel listener = ServerSocketChannel.open();
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            return listener.bind(new InetSocketAddress(settings.host, settings.port), BACKLOG);
        });
        thread(deadlines, "deadlines").start();
    }

    /** Where the last listener is. */
    SocketAddress address() throws IOException {
        return listeners.get(listeners.size() - 1).getLocalAddress();
    }

    boolean isDraining() {
        return isDraining;
    }

    /** Has {@link #run} end. */
    void stop() {
        isDraining = true;
        selector.wakeup();
    }

    /** Serves until it is stopped, then until the calls that run have ended or their time is over. */
    void run() {
        try {
            while (!isDraining) {
                selector.select();
                for (SelectionKey key : selector.selectedKeys()) accept((ServerSocketChannel) key.channel());
                selector.selectedKeys().clear();
            }
            drain();
        } catch (IOException | InterruptedException error) {
            Logs.log("error", "the host failed: " + Stacks.ofHost(error), null);
        }
    }

    /** Answers the platform's health checks; null for other requests. */
    Response probe(Request request) {
        boolean isReadiness = request.path.equals("/health/readiness");
        if (!isReadiness && !request.path.equals("/health/liveness")) return null;
        if (!request.method.equals("GET") && !request.method.equals("HEAD")) {
            return Response.error(405, "health checks are read with GET", java.util.Map.of());
        }
        Response response = new Response(isReadiness ? isDraining ? 503 : 200 : dispatcher.isStuck() ? 503 : 200);
        response.defaultType(Response.TEXT);
        return response;
    }

    /** A connection has closed. */
    void forget(Connection connection) {
        deadlines.connections().remove(connection);
        synchronized (this) {
            notifyAll();
        }
    }

    private interface Opening {
        ServerSocketChannel open() throws IOException;
    }

    private void open(String name, Opening opening) throws IOException {
        try {
            ServerSocketChannel listener = opening.open();
            listener.configureBlocking(false);
            listener.register(selector, SelectionKey.OP_ACCEPT);
            listeners.add(listener);
        } catch (IOException | IllegalArgumentException error) {
            String reason = error.getMessage() == null ? "there is no such address" : error.getMessage();
            throw new IOException("cannot listen on '" + name + "': " + reason);
        }
    }

    /** Takes in all clients that wait. */
    private void accept(ServerSocketChannel listener) throws IOException, InterruptedException {
        while (true) {
            SocketChannel channel = null;
            try {
                channel = listener.accept();
                if (channel == null) return;
                serve(channel);
            } catch (IOException | OutOfMemoryError error) {
                // Out of file descriptors, or of threads.
                if (channel != null) channel.close();
                Logs.log("warn", "new connections wait: " + error.getMessage(), null);
                if (isDraining) return;
                Thread.sleep(ACCEPT_PAUSE);
            }
        }
    }

    private void serve(SocketChannel channel) throws IOException {
        SocketAddress address = channel.getRemoteAddress();
        boolean isTcp = address instanceof InetSocketAddress;
        if (isTcp) channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        String remote = isTcp ? ((InetSocketAddress) address).getAddress().getHostAddress() : null;
        Connection connection = new Connection(this, settings, channel, remote);
        deadlines.connections().add(connection);
        try {
            threads.execute(connection);
        } catch (OutOfMemoryError error) {
            forget(connection);
            throw error;
        }
    }

    private void drain() throws IOException, InterruptedException {
        long end = System.nanoTime() + Settings.nanos(settings.drain);
        for (ServerSocketChannel listener : listeners) {
            // Clients whose connection the system has accepted already are served.
            accept(listener);
            listener.close();
        }
        if (unixPath != null) UnixSockets.remove(unixPath);
        Thread.sleep(NOTICE_TIME);
        for (Connection connection : deadlines.connections()) connection.onDrain();
        awaitEnd(end);
        if (dispatcher.running() > 0) {
            Logs.log("warn", "stopped after " + Settings.describe(settings.drain) + " s, calls unfinished: "
                    + dispatcher.running(), null);
        }
    }

    private synchronized void awaitEnd(long end) throws InterruptedException {
        while (!deadlines.connections().isEmpty()) {
            long rest = (end - System.nanoTime()) / 1_000_000;
            if (rest <= 0) return;
            wait(rest);
        }
    }

    private static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(null, task, name, STACK_SIZE);
        thread.setDaemon(true);
        return thread;
    }
}
