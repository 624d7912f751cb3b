package dev.hks.host;

import java.io.IOException;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;

/** Decides when a call may run, and how long; handlers run on threads of their own. */
final class Dispatcher {
    /** Calls at once where the platform leaves the choice to the host. */
    private static final int DEFAULT_LIMIT = 200;

    private final Application application;
    private final double timeout;
    private final int limit;
    private final Semaphore places;
    /** Handlers at work, with those whose callers gave up. */
    private final AtomicInteger busy = new AtomicInteger();
    private final AtomicInteger count = new AtomicInteger();
    private final ExecutorService threads = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "call-" + count.incrementAndGet());
        thread.setDaemon(true);
        return thread;
    });

    Dispatcher(Settings settings, Application application) {
        this.application = application;
        timeout = settings.timeout;
        limit = settings.concurrency == 0 ? DEFAULT_LIMIT : settings.concurrency;
        // Fair: the others wait in order.
        places = new Semaphore(limit, true);
    }

    /** How many calls run whose callers wait. */
    int running() {
        return limit - places.availablePermits();
    }

    /** Whether as many calls as may run at once ran out of time and do not end. */
    boolean isStuck() {
        return busy.get() - running() >= limit;
    }

    /**
     * Runs a call and hands its answer to a recipient, on the thread of the caller.
     * A call that runs out of time gives its place back: its thread is interrupted, but nothing tells whether it
     * heeds that.
     */
    void serve(Call call, Recipient recipient) throws IOException, InterruptedException {
        if (!places.tryAcquire(call.deadline - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            recipient.answer(giveUp(call));
            return;
        }
        try {
            run(call, recipient);
        } finally {
            places.release();
        }
    }

    /** Takes the answer of a call. */
    interface Recipient {
        void answer(Response response) throws IOException;

        /** Sends what comes out of an outlet, until its end or the call's. */
        void stream(Response response, Outlet outlet) throws IOException, InterruptedException;
    }

    private void run(Call call, Recipient recipient) throws IOException, InterruptedException {
        CompletableFuture<Response> answer = new CompletableFuture<>();
        Outlet outlet = new Outlet(call.deadline);
        threads.execute(() -> call.run(() -> handle(call, answer, outlet)));
        Response response;
        try {
            response = answer.get(call.deadline - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException error) {
            outlet.close();
            recipient.answer(giveUp(call));
            return;
        } catch (ExecutionException error) {
            throw new IllegalStateException("a call without answer", error);
        }
        if (response.stream == null) recipient.answer(response);
        else stream(call, recipient, response, outlet);
    }

    private void stream(Call call, Recipient recipient, Response response, Outlet outlet)
            throws IOException, InterruptedException {
        try {
            recipient.stream(response, outlet);
        } finally {
            if (outlet.isOverdue()) Logs.log("error", "the answer took too long and was broken off", call);
            outlet.close();
            if (!outlet.isComplete()) call.giveUp();
        }
    }

    /** On the handler's thread. */
    private void handle(Call call, CompletableFuture<Response> answer, Outlet outlet) {
        busy.incrementAndGet();
        try {
            Response response = application.respond(call);
            answer.complete(response);
            if (response.stream != null) pump(response.stream, outlet, call);
            CallStream.finishLines(call);
        } finally {
            busy.decrementAndGet();
        }
    }

    private static void pump(Pieces pieces, Outlet outlet, Call call) {
        try (Pieces open = pieces) {
            for (byte[] piece = open.next(); piece != null && outlet.send(piece);) piece = open.next();
        } catch (Throwable error) {
            if (!call.isOverdue()) Logs.log("error", "the answer broke off: " + Stacks.describe(error), call);
            outlet.end(false);
            return;
        }
        outlet.end(true);
    }

    private Response giveUp(Call call) {
        String message = "did not answer within " + Settings.describe(timeout) + " s";
        Logs.log("error", "the call " + message, call);
        call.giveUp();
        return Response.error(504, "the function " + message, Map.of());
    }
}
