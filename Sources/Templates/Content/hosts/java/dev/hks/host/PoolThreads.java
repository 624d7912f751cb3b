package dev.hks.host;

import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinPool.ForkJoinWorkerThreadFactory;
import java.util.concurrent.ForkJoinWorkerThread;

/** Threads of the JDK's common pool serve many calls, so that none of them may belong to the one that started it. */
public final class PoolThreads implements ForkJoinWorkerThreadFactory {
    /** The JDK makes one, by its name in a system property. */
    public PoolThreads() {}

    /** Has the common pool take its threads from here; it reads that once. */
    static void install() {
        System.setProperty("java.util.concurrent.ForkJoinPool.common.threadFactory", PoolThreads.class.getName());
    }

    @Override
    public ForkJoinWorkerThread newThread(ForkJoinPool pool) {
        ForkJoinWorkerThread[] made = new ForkJoinWorkerThread[1];
        Call.during(null, () -> made[0] = ForkJoinPool.defaultForkJoinWorkerThreadFactory.newThread(pool));
        return made[0];
    }
}
