package io.magpie.bench;

import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * A fleet on Netty's event loops, one {@link Worker} each.
 *
 * <p>Owner: the main thread, which posts to the loops and waits for their answers.
 */
final class NettyFleet implements Fleet {
    private static final long ANSWER_SECONDS = 60;
    private static final long LEAVE_SECONDS = 3;

    private final BenchPlan plan;
    private final EventLoopGroup group;
    private final List<Worker> workers = new ArrayList<>();

    /** A fleet that isn't connected yet. */
    NettyFleet(BenchPlan plan, LongSupplier clock) throws UnreachableException {
        this.plan = plan;
        Connector connector = new Connector(plan);
        int run = ThreadLocalRandom.current().nextInt();
        String runName = String.format("%08x", run);
        Payload payload = new Payload(plan.target().mode(), run, plan.load().size(), plan.seed());
        group = new MultiThreadIoEventLoopGroup(
                plan.loops(), new DefaultThreadFactory("bench", true), Connector.ioHandler());
        for (int i = 0; i < plan.loops(); i++) {
            int rooms = plan.load().rooms();
            Station station = new Station(
                    plan, runName, payload, new FrameMemo(), new Ledger(rooms), new LatencyRecorder(), clock);
            workers.add(new Worker(i, group.next(), connector, station));
        }
    }

    @Override
    public void connect() {
        askAll(worker -> () -> {
            worker.connect();
            return worker;
        });
    }

    @Override
    public void publish(Schedule schedule) {
        askAll(worker -> () -> {
            worker.publish(schedule);
            return worker;
        });
    }

    @Override
    public Pulse pulse() {
        return Pulse.merge(askAll(worker -> worker::pulse));
    }

    @Override
    public FleetResult finish() {
        List<CompletableFuture<Void>> leaving = askAll(worker -> worker::leave);
        try {
            CompletableFuture.allOf(leaving.toArray(CompletableFuture[]::new)).get(LEAVE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            // Whoever hasn't closed by now is closed by the end of the loops.
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException("the clients couldn't leave", e);
        }
        close();
        List<LatencyRecorder> recorders = workers.stream().map(Worker::recorder).toList();
        return new FleetResult(
                Tally.of(
                        workers.stream().map(Worker::ledger).toList(),
                        plan.load().rooms()),
                LatencyRecorder.merge(recorders, LatencyRecorder::deliveries),
                LatencyRecorder.merge(recorders, LatencyRecorder::lags),
                recorders.stream().mapToLong(LatencyRecorder::lastSent).max().orElse(Long.MIN_VALUE));
    }

    /** Ends the loops. What they own may be read by the caller then. */
    @Override
    public void close() {
        group.shutdownGracefully(0, LEAVE_SECONDS, TimeUnit.SECONDS).awaitUninterruptibly();
    }

    /** A question to a worker, to be asked on its loop. */
    private interface Question<T> {
        Callable<T> to(Worker worker);
    }

    private <T> List<T> askAll(Question<T> question) {
        List<Future<T>> answers = new ArrayList<>();
        workers.forEach(worker -> answers.add(worker.loop().submit(question.to(worker))));
        List<T> results = new ArrayList<>();
        for (Future<T> answer : answers) {
            results.add(await(answer));
        }
        return results;
    }

    private static <T> T await(Future<T> answer) {
        try {
            return answer.get(ANSWER_SECONDS, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException("an event loop of the bench doesn't answer", e);
        }
    }
}
