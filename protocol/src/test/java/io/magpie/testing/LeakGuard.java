package io.magpie.testing;

import io.netty.buffer.ByteBufAllocator;
import io.netty.util.ResourceLeakDetector;
import io.netty.util.ResourceLeakDetectorFactory;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.platform.launcher.LauncherSession;
import org.junit.platform.launcher.LauncherSessionListener;

/**
 * Fails the test run if Netty saw a buffer collected that wasn't released. JUnit finds it by
 * {@code META-INF/services}, so it is enough to have this jar on the test class path.
 *
 * <p>Netty only logs leaks, and only when a later buffer is allocated. So the guard takes the place of its detectors
 * before the first of them is made, and after the last test collects garbage and allocates until all is told.
 */
public final class LeakGuard implements LauncherSessionListener {
    private static final int ROUNDS = 4;
    private static final long ROUND_MILLIS = 2_000;

    private final Queue<String> leaks = new ConcurrentLinkedQueue<>();

    @Override
    public void launcherSessionOpened(LauncherSession session) {
        ResourceLeakDetectorFactory.setResourceLeakDetectorFactory(new Factory(leaks));
    }

    /** @throws AssertionError with where each leaked buffer was touched */
    @Override
    public void launcherSessionClosed(LauncherSession session) {
        for (int i = 0; i < ROUNDS; i++) {
            collectGarbage();
            ByteBufAllocator.DEFAULT.directBuffer(1).release();
            ByteBufAllocator.DEFAULT.heapBuffer(1).release();
        }
        if (!leaks.isEmpty()) {
            throw new AssertionError(leaks.size() + " kinds of leak:\n" + String.join("\n", leaks));
        }
    }

    /** Returns when a collection has found an object that is garbage for certain, or when it takes too long. */
    private static void collectGarbage() {
        ReferenceQueue<Object> found = new ReferenceQueue<>();
        PhantomReference<Object> garbage = new PhantomReference<>(new Object(), found);
        System.gc();
        try {
            found.remove(ROUND_MILLIS);
        } catch (InterruptedException stop) {
            Thread.currentThread().interrupt();
        }
        garbage.clear();
    }

    private static final class Factory extends ResourceLeakDetectorFactory {
        private final Queue<String> leaks;

        Factory(Queue<String> leaks) {
            this.leaks = leaks;
        }

        @Override
        @SuppressWarnings("deprecation") // abstract in Netty, so it must be there
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval, long maxActive) {
            return new Detector<>(type, interval, leaks);
        }

        @Override
        public <T> ResourceLeakDetector<T> newResourceLeakDetector(Class<T> type, int interval) {
            return new Detector<>(type, interval, leaks);
        }
    }

    private static final class Detector<T> extends ResourceLeakDetector<T> {
        private final Queue<String> leaks;

        Detector(Class<T> type, int interval, Queue<String> leaks) {
            super(type, interval);
            this.leaks = leaks;
        }

        /** Netty asks its logger, which tests may have turned down. */
        @Override
        protected boolean needReport() {
            return true;
        }

        @Override
        protected void reportTracedLeak(String type, String records) {
            leaks.add(type + records);
        }

        @Override
        protected void reportUntracedLeak(String type) {
            leaks.add(type);
        }
    }
}
