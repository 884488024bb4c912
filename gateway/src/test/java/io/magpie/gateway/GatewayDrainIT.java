package io.magpie.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.magpie.gateway.transport.RawClient;
import io.magpie.gateway.transport.RawRequest;
import io.magpie.gateway.transport.TestConfig;
import io.magpie.protocol.Body;
import io.magpie.protocol.Command;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.Priority;
import io.magpie.protocol.Request;
import io.magpie.protocol.RequestId;
import io.magpie.protocol.RoomId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A gateway that ends lets its clients go one after the other, and does what it has promised until the last has gone. */
class GatewayDrainIT {
    private static final int CLIENTS = 100;
    private static final int SPAN_SECONDS = 10;
    private static final int SLICES = 6;

    /** Seconds for what must happen at the end; much, for a slow machine, and less than a span of a minute. */
    private static final int PATIENCE = 40;

    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final RoomId HALL = new RoomId("hall");

    @Test
    void everyClientHasASlotOfItsOwn() throws Exception {
        Gateway gateway = new Gateway(TestConfig.onLoopback("drain=" + SPAN_SECONDS + "s", "transport.loops=2"));
        Addresses addresses = gateway.start();
        List<RawClient> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            clients.add(connected(addresses));
        }
        long begun = System.nanoTime();
        CompletableFuture<Void> closed = CompletableFuture.runAsync(gateway::close);

        List<Long> slots = new ArrayList<>();
        for (RawClient client : clients) {
            slots.add(client.event(Encoding.JSON, Event.Reconnect.class).after());
        }
        refusesNewcomersAndServesWhoIsThere(
                addresses,
                clients.get(slots.indexOf(slots.stream().max(Long::compare).orElseThrow())));

        int[] perSlice = new int[SLICES];
        slots.forEach(slot -> perSlice[(int) Math.min(SLICES - 1, slot * SLICES / 1_000 / SPAN_SECONDS)]++);
        for (int count : perSlice) {
            assertThat(count)
                    .as("of %d in a sixth of the span: %s", CLIENTS, slots)
                    .isBetween(CLIENTS / 12, CLIENTS / 3);
        }
        for (int i = 0; i < CLIENTS; i++) {
            Event.Bye bye = clients.get(i).event(Encoding.JSON, Event.Bye.class);
            assertThat(bye.code().code()).isEqualTo(1012);
            clients.get(i).close();
        }
        assertThat(System.nanoTime() - begun)
                .isBetween(TimeUnit.SECONDS.toNanos(SPAN_SECONDS - 1), TimeUnit.SECONDS.toNanos(PATIENCE));
        closed.get(PATIENCE, TimeUnit.SECONDS);
    }

    @Test
    void aDepartureIsOverWhenAllHaveGoneByThemselves() throws Exception {
        Gateway gateway = new Gateway(TestConfig.onLoopback("drain=60s"));
        Addresses addresses = gateway.start();
        RawClient client = connected(addresses);
        CompletableFuture<Void> closed = CompletableFuture.runAsync(gateway::close);
        assertThat(client.event(Encoding.JSON, Event.Reconnect.class).after()).isGreaterThan(50_000);

        client.close();

        closed.get(PATIENCE, TimeUnit.SECONDS);
    }

    private static void refusesNewcomersAndServesWhoIsThere(Addresses addresses, RawClient last) throws IOException {
        try (RawClient newcomer = new RawClient(addresses.open());
                RawClient readiness = new RawClient(addresses.management())) {
            assertThat(newcomer.ask(RawRequest.upgrade("/ws")).status()).isEqualTo(503);
            assertThat(readiness.ask(RawRequest.get("/health/ready")).status()).isEqualTo(503);
        }
        Body body = new Body.Json("1".getBytes(StandardCharsets.US_ASCII));
        Command send = new Command.Send(new Command.ToRoom(HALL), null, null, Priority.NORMAL, body);
        last.send(Encoding.JSON, new Request(new RequestId.Number(9), send));
        assertThat(last.event(Encoding.JSON, Event.Accepted.class).id()).isEqualTo(new RequestId.Number(9));
    }

    private static RawClient connected(Addresses addresses) throws IOException {
        RawClient client = RawClient.upgraded(addresses.open(), "/ws", JSON);
        HashMap<RoomId, io.magpie.protocol.Position> rooms = new HashMap<>();
        rooms.put(HALL, null);
        client.send(Encoding.JSON, new Request(new RequestId.Number(1), new Command.Connect(null, rooms, null)));
        client.event(Encoding.JSON, Event.Connected.class);
        return client;
    }
}
