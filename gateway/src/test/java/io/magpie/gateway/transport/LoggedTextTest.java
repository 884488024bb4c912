package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

/** Whatever clients write, and wherever, each log line stays one line of bounded length that does nothing to a terminal. */
class LoggedTextTest {
    /** A line of its own, colours, a bell, line separators, text from right to left. */
    private static final String HOSTILE =
            "x\r\n2026-01-01 ERROR forged\u001b[31m\u0007\u0085\u009b2J\u2028\u2029\u202e\u2066\ufeff";

    /** As far as a room may be called so. */
    private static final String ROOM = "room\u2028\u2029\u202e\u2066\ufeff";

    private static final String LONG = HOSTILE.repeat(60);
    private static final String JSON = "Sec-WebSocket-Protocol: magpie.v1.json";
    private static final int MAX_LINE = 2_000;

    private final ListAppender<ILoggingEvent> log = new ListAppender<>();
    private final Logger gateway = (Logger) LoggerFactory.getLogger("io.magpie");

    @BeforeEach
    void listen() {
        log.start();
        gateway.addAppender(log);
        gateway.setLevel(Level.TRACE);
    }

    @AfterEach
    void stopListening() {
        gateway.detachAppender(log);
        gateway.setLevel(null);
    }

    @Test
    void pathsAndHeaders() {
        for (String text : List.of(HOSTILE, LONG)) {
            for (String path : List.of("/" + text, "/" + encoded(text))) {
                send(RawRequest.get(path));
                send(RawRequest.upgrade(path));
                send(RawRequest.upgrade("/ws?" + path));
            }
            for (String name :
                    List.of("User-Agent: ", "Host: ", "Origin: ", "Referer: ", "Sec-WebSocket-Key: ", "X: ")) {
                send(RawRequest.get("/").replacing(name + text));
                send(RawRequest.upgrade("/ws").replacing(name + text));
            }
        }

        assertThat(messages()).anyMatch(line -> line.startsWith("connection.opened"));
        assertHarmless();
    }

    @Test
    void roomsOfPlainClients() {
        for (String room : List.of(HOSTILE, ROOM, LONG)) {
            try (ProductionPipeline pipeline = ProductionPipeline.withRooms()) {
                pipeline.ask(RawRequest.upgrade("/ws?room=" + encoded(room)));
                pipeline.receive(ClientFrame.text(HOSTILE), ClientFrame.close(1000, ROOM));
            }
        }

        assertThat(messages()).anyMatch(line -> line.startsWith("connection.opened"));
        assertHarmless();
    }

    @Test
    void roomsNamesAndTextsOfEnvelopes() throws JsonProcessingException {
        for (String text : List.of(HOSTILE, ROOM, LONG)) {
            try (ProductionPipeline pipeline = ProductionPipeline.withRooms()) {
                pipeline.upgrade(RawRequest.upgrade("/ws", JSON));
                send(
                        pipeline,
                        Map.of("type", "connect", "client", Map.of("name", text), "device", text, "token", text));
                send(pipeline, Map.of("type", "connect", "client", Map.of("name", ROOM, "version", ROOM)));
                send(pipeline, Map.of("type", "join", "id", 1, "room", text));
                send(pipeline, Map.of("type", "send", "id", 2, "room", text, "data", text));
                send(pipeline, Map.of("type", text, "id", 3));
                send(pipeline, Map.of("type", "recall", "room", text, "seq", text));
                pipeline.receive(ClientFrame.text(text), ClientFrame.close(4_000, ROOM));
            }
        }

        assertThat(messages()).anyMatch(line -> line.startsWith("connection.opened"));
        assertHarmless();
    }

    @Test
    void whatStandsInPlaceOfAProxyHeader() {
        for (String text :
                List.of("PROXY\u001b[31m " + HOSTILE + "\r\n", "PROXY TCP4 \u001b[31m\u0007 a b c\r\n", LONG)) {
            try (ProductionPipeline pipeline =
                    ProductionPipeline.open("edge.proxy-protocol=true", "edge.trusted-proxies=127.0.0.0/8")) {
                pipeline.receive(text.getBytes(StandardCharsets.UTF_8));
            }
        }

        assertThat(messages()).anyMatch(line -> line.startsWith("proxy-header.bad") && line.contains("\\u001b[31m"));
        assertHarmless();
    }

    private void assertHarmless() {
        assertThat(log.list).allSatisfy(event -> {
            assertThat(event.getLevel()).as("%s", event).isNotEqualTo(Level.ERROR);
            assertThat(event.getThrowableProxy()).as("%s", event).isNull();
        });
        assertThat(messages())
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(MAX_LINE).matches("[\\x20-\\x7e…\ufffd]*"));
    }

    private List<String> messages() {
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    private static void send(RawRequest request) {
        try (ProductionPipeline pipeline = ProductionPipeline.open()) {
            pipeline.receive(request.bytes());
        }
    }

    private static void send(ProductionPipeline pipeline, Map<String, ?> envelope) throws JsonProcessingException {
        pipeline.receive(ClientFrame.text(new ObjectMapper().writeValueAsString(envelope)));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}
