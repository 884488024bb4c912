package io.magpie.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.ManagementConfig;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The commands that ask a running gateway for something, through the API on its management port. */
final class Operate {
    private static final Duration PATIENCE = Duration.ofSeconds(10);
    private static final int ACCEPTED = 202;

    private Operate() {}

    /** Asks, and prints the answer. */
    private static int post(GatewayConfig config, String path, Map<String, Object> body, @Nullable CommandSpec spec)
            throws IOException, InterruptedException {
        ManagementConfig management = config.management();
        URI uri = management.uri(path);
        HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                .timeout(PATIENCE)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(new JsonMapper().writeValueAsBytes(body)));
        if (!management.key().isEmpty()) {
            request.header("Authorization", "Bearer " + management.key());
        }
        HttpResponse<String> answer;
        try {
            answer = HttpClient.newHttpClient().send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(
                    "no gateway answers at " + uri + " (management.host, management.port): " + e, e);
        }
        boolean done = answer.statusCode() == ACCEPTED;
        CommandLine command = Main.commandLine(spec);
        PrintWriter out = done ? command.getOut() : command.getErr();
        out.println(answer.body());
        out.flush();
        return done ? 0 : 1;
    }

    /** {@code magpie drain}. */
    @Command(
            name = "drain",
            description = {
                "Lets a running gateway refuse newcomers and let everybody go, one after the other.",
                "",
                "The process stays; end it when its clients have gone. It is asked through its management port."
            },
            mixinStandardHelpOptions = true)
    static final class Drain implements Callable<Integer> {
        @CommandLine.Mixin
        private Main.Sources sources = new Main.Sources();

        @Option(names = "--within", paramLabel = "TIME", description = "over which clients leave; drain if not given")
        private @Nullable String within;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Map<String, Object> body = within == null ? Map.of() : Map.of("within", within);
            return post(sources.load(), "/api/v1/drain", body, spec);
        }
    }

    /** {@code magpie rebalance}. */
    @Command(
            name = "rebalance",
            description = {
                "Lets a running gateway let a share of its clients go, so that they come back elsewhere.",
                "",
                "For a load balancer that has more gateways now than when they came."
            },
            mixinStandardHelpOptions = true)
    static final class Rebalance implements Callable<Integer> {
        @CommandLine.Mixin
        private Main.Sources sources = new Main.Sources();

        @Option(names = "--shed", paramLabel = "PERCENT", required = true, description = "how many, for example 20%%")
        private String shed = "";

        @Option(names = "--within", paramLabel = "TIME", description = "over which they leave; drain if not given")
        private @Nullable String within;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (!shed.matches("\\d{1,3}(\\.\\d+)?%")) {
                throw new IllegalStateException("--shed must be a percentage such as 20%");
            }
            Map<String, Object> body = new LinkedHashMap<>();
            body.put("shed", Double.parseDouble(shed.substring(0, shed.length() - 1)) / 100);
            if (within != null) {
                body.put("within", within);
            }
            return post(sources.load(), "/api/v1/rebalance", body, spec);
        }
    }
}
