package io.magpie.gateway;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.auth.Identity;
import io.magpie.gateway.auth.JwtKeys;
import io.magpie.gateway.auth.JwtMint;
import io.magpie.gateway.auth.JwtVerifier;
import io.magpie.gateway.auth.Verdict;
import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.Durations;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** The commands that make and explain tokens. */
final class Tokens {
    private Tokens() {}

    /** {@code magpie token}. */
    @Command(
            name = "token",
            description = {
                "Makes a token for a gateway with this configuration, and prints it.",
                "",
                "It is for trying things out and for scripts; in production your backend makes tokens, for users that it"
                        + " knows. With --rooms, --join, --send or --moderate the token says what it may do, else what"
                        + " auth.rooms says counts."
            },
            mixinStandardHelpOptions = true)
    static final class Make implements Callable<Integer> {
        @CommandLine.Mixin
        private Main.Sources sources = new Main.Sources();

        @Option(names = "--sub", paramLabel = "USER", required = true, description = "whose token it is")
        private String subject = "";

        @Option(names = "--name", paramLabel = "NAME", description = "what others see beside the user's id")
        private @Nullable String name;

        @Option(
                names = "--device",
                paramLabel = "DEVICE",
                description = "the device it is for; else the client's word counts")
        private @Nullable String device;

        @Option(
                names = "--rooms",
                paramLabel = "ROOM[,ROOM...]",
                split = ",",
                description = "rooms that it may be in and send in: names, or beginnings that end with *")
        private List<String> rooms = new ArrayList<>();

        @Option(names = "--join", paramLabel = "ROOM[,ROOM...]", split = ",", description = "rooms that it may be in")
        private List<String> join = new ArrayList<>();

        @Option(
                names = "--send",
                paramLabel = "ROOM[,ROOM...]",
                split = ",",
                description = "rooms that it may send in, if it may be there")
        private List<String> send = new ArrayList<>();

        @Option(
                names = "--moderate",
                paramLabel = "ROOM[,ROOM...]",
                split = ",",
                description = "rooms in which it may take back what others said")
        private List<String> moderate = new ArrayList<>();

        @Option(
                names = "--ttl",
                paramLabel = "TIME",
                defaultValue = "1h",
                converter = Spans.class,
                description = "how long it is good%n  Default: ${DEFAULT-VALUE}")
        private Duration life = Duration.ofHours(1);

        @Option(
                names = "--alg",
                paramLabel = "NAME",
                description = "one of auth.jwt.algorithms; its first if not given")
        private @Nullable String algorithm;

        @Option(
                names = "--key",
                paramLabel = "FILE",
                description = "private key in PEM (PKCS #8), for all algorithms but HS256, HS384 and HS512")
        private @Nullable Path key;

        @Option(names = "--kid", paramLabel = "ID", description = "the key's id in the key set")
        private @Nullable String keyId;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() {
            AuthConfig config = sources.load().auth();
            JwtMint mint = JwtMint.of(config.jwt(), algorithm, key, keyId);
            String token = mint.mint(new JwtMint.Claims(subject, name, device, claim()), Instant.now(), life);
            PrintWriter out = Main.commandLine(spec).getOut();
            out.println(token);
            out.flush();
            return 0;
        }

        private @Nullable Map<String, List<String>> claim() {
            Map<String, List<String>> claim = new LinkedHashMap<>();
            claim.put("join", and(join));
            claim.put("send", and(send));
            claim.put("moderate", moderate);
            return claim.values().stream().allMatch(List::isEmpty) ? null : claim;
        }

        private List<String> and(List<String> more) {
            List<String> all = new ArrayList<>(rooms);
            all.addAll(more);
            return all;
        }
    }

    /** {@code magpie check-token}. */
    @Command(
            name = "check-token",
            description = {
                "Says what a token holds, and whether a gateway with this configuration takes it.",
                "",
                "Without a token it reads one line from standard input, so that none has to stand in the shell's history."
            },
            footer = {"", "Exit code: 0 it is good; 1 it isn't; 2 the command or configuration is wrong."},
            mixinStandardHelpOptions = true)
    static final class Explain implements Callable<Integer> {
        @CommandLine.Mixin
        private Main.Sources sources = new Main.Sources();

        @Parameters(arity = "0..1", paramLabel = "TOKEN", description = "the token")
        private @Nullable String token;

        @Spec
        private @Nullable CommandSpec spec;

        @Override
        public Integer call() throws IOException {
            AuthConfig config = sources.load().auth();
            String text = token == null ? line() : token.trim();
            PrintWriter out = Main.commandLine(spec).getOut();
            String[] parts = text.split("\\.", -1);
            if (parts.length == 3) {
                out.println("header  " + json(parts[0]));
                out.println("claims  " + json(parts[1]));
            }
            Verdict verdict = new JwtVerifier(config, JwtKeys.of(config.jwt()), System::currentTimeMillis).verify(text);
            if (verdict instanceof Verdict.Accepted accepted) {
                print(accepted.identity(), out);
            } else if (verdict instanceof Verdict.Refused refused) {
                out.println("refused " + refused.reason().name().toLowerCase(Locale.ROOT) + ": " + refused.message());
            }
            if (config.kind() == AuthConfig.Kind.NONE) {
                out.println("note    auth.kind is none: this gateway asks for no token");
            }
            out.flush();
            return verdict instanceof Verdict.Accepted ? 0 : 1;
        }

        private static void print(Identity identity, PrintWriter out) {
            Instant ends = Instant.ofEpochMilli(identity.expiresMillis());
            out.println("good    until " + ends.truncatedTo(ChronoUnit.SECONDS) + ", leeway counted");
            out.println("user    " + identity.sender().id()
                    + (identity.sender().name() == null
                            ? ""
                            : " (" + identity.sender().name() + ")"));
            if (identity.device() != null) {
                out.println("device  " + identity.device());
            }
            out.println("join    " + identity.join());
            out.println("send    " + identity.send());
            out.println("moderate " + identity.moderate());
        }

        private static String json(String part) {
            try {
                byte[] bytes = Base64.getUrlDecoder().decode(part);
                JsonMapper mapper = new JsonMapper();
                return mapper.writeValueAsString(mapper.readTree(bytes));
            } catch (IllegalArgumentException | IOException e) {
                return "can't be read";
            }
        }

        private static String line() throws IOException {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            String line = in.readLine();
            return line == null ? "" : line.trim();
        }
    }

    /** Spans as the configuration has them. */
    static final class Spans implements CommandLine.ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                return Durations.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException("'" + text + "': " + e.getMessage());
            }
        }
    }
}
