package io.magpie.gateway;

import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.doctor.CheckUp;
import io.magpie.gateway.doctor.Finding;
import io.magpie.gateway.doctor.PublicUrl;
import io.magpie.gateway.doctor.Report;
import io.magpie.gateway.transport.IoTransport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code magpie doctor}: looks at a machine, a configuration and a deployment, and says what to do. */
@Command(
        name = "doctor",
        description = {
            "Checks this machine, the configuration, and with --url the deployment as phones see it.",
            "",
            "Run it where the gateway runs or will run, as the same user and with the same configuration. It changes"
                    + " nothing, needs no running gateway, and doesn't mind one."
        },
        footer = {"", "Exit code: 0 nothing is FAIL; 1 something is; 2 the command or configuration is wrong."},
        mixinStandardHelpOptions = true)
final class Doctor implements Callable<Integer> {
    @CommandLine.Mixin
    private Main.Sources sources = new Main.Sources();

    @Option(
            names = "--url",
            paramLabel = "URL",
            converter = Urls.class,
            description = "as clients know the gateway: wss://chat.example.com/ws")
    private @Nullable PublicUrl url;

    @Option(names = "--ca", paramLabel = "FILE", description = "certificates in PEM to trust beside the JVM's")
    private @Nullable Path ca;

    @Option(
            names = "--wait",
            description = "also be silent on a connection until the server pings, for heartbeat.interval (25 s)")
    private boolean wait;

    @Option(names = "--json", description = "prints an array instead of a table")
    private boolean json;

    @Spec
    private @Nullable CommandSpec spec;

    @Override
    public Integer call() {
        CommandLine command = Main.commandLine(spec);
        if (wait && url == null) {
            throw new CommandLine.ParameterException(command, "--wait needs --url");
        }
        GatewayConfig config = sources.load();
        CheckUp.Subject subject = new CheckUp.Subject(config, url, ca, wait);
        PrintWriter out = command.getOut();
        PrintWriter err = command.getErr();
        Report report = new Report(command.getColorScheme().ansi());
        CheckUp checkUp = new CheckUp(subject, kind -> IoTransport.of(kind).name(), line -> say(err, line));
        List<Finding> findings = checkUp.run(finding -> {
            if (!json) {
                say(out, report.text(finding));
            }
        });
        say(out, json ? Report.json(findings) : System.lineSeparator() + report.summary(findings));
        return findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL) ? 1 : 0;
    }

    private static void say(PrintWriter to, String line) {
        to.println(line);
        to.flush();
    }

    /** URLs of the command line. */
    static final class Urls implements CommandLine.ITypeConverter<PublicUrl> {
        @Override
        public PublicUrl convert(String text) {
            try {
                return PublicUrl.parse(text);
            } catch (IllegalArgumentException e) {
                throw new CommandLine.TypeConversionException("'" + text + "': " + e.getMessage());
            }
        }
    }
}
