package io.magpie.gateway.doctor;

import io.magpie.gateway.config.AuthConfig;
import io.magpie.gateway.config.GatewayConfig;
import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.magpie.gateway.tls.ChainCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** All checks, in the order of the report. Immutable; one run blocks its caller for as long as the checks take. */
public final class CheckUp {
    /** For several connections, one after the other. */
    private static final Duration CONNECTIONS = Duration.ofSeconds(15);

    /** For all mini-programs together. */
    private static final Duration ACCOUNTS = Duration.ofSeconds(30);

    private final Subject subject;
    private final Function<IoKind, String> transports;
    private final Consumer<String> progress;

    /**
     * What is looked at.
     *
     * @param url as phones know the gateway, if it is to be tried
     * @param ca certificates in PEM that are trusted beside the JVM's
     * @param silent whether to be silent for {@code heartbeat.interval} on a connection through the URL
     */
    public record Subject(
            GatewayConfig config,
            @Nullable PublicUrl url,
            @Nullable Path ca,
            boolean silent) {}

    /**
     * @param transports gives the name of the transport of a kind, or throws {@code IllegalStateException} with a message
     *     for the operator if this machine doesn't have it
     * @param progress is told, now and then, what is being waited for
     */
    public CheckUp(Subject subject, Function<IoKind, String> transports, Consumer<String> progress) {
        this.subject = subject;
        this.transports = transports;
        this.progress = progress;
    }

    /** Runs every check, one after the other, and passes on what it finds as it finds it. */
    public List<Finding> run(Consumer<Finding> each) {
        List<Finding> all = new ArrayList<>();
        for (Check check : checks()) {
            List<Finding> findings = check.run();
            findings.forEach(each);
            all.addAll(findings);
        }
        return all;
    }

    private List<Check> checks() {
        GatewayConfig config = subject.config();
        List<Check> checks = new ArrayList<>();
        JavaCheck java = new JavaCheck(config.transport().kind(), transports);
        checks.add(Check.of(JavaCheck.WHAT, java::look));
        checks.add(Check.of(OpenFiles.WHAT, new OpenFiles(config.limits().connections())::look));
        checks.add(
                Check.of(ListenBacklog.WHAT, new ListenBacklog(config.listen().backlog())::look));
        checks.add(new Check("ports", CONNECTIONS, new Ports(config)::look));
        checks.add(Check.of(Memory.WHAT, new Memory(config.limits().connections())::look));
        ClockCheck clock = new ClockCheck(subject.url(), wechat(config));
        checks.add(new Check(ClockCheck.WHAT, Duration.ofSeconds(10), clock::look));
        checks.add(Check.of(LogPlace.WHAT, new LogPlace(config.log())::look));
        checks.add(Check.of(AuthKeys.WHAT, new AuthKeys(config.auth())::look));
        checks.add(Check.of(TlsFiles.WHAT, () -> new TlsFiles(config.tls(), ChainCheck.withSystemRoots()).look()));
        checks.add(Check.of(Settings.WHAT, () -> new Settings(config, subject.url()).look()));
        addUrl(checks);
        WechatAccounts accounts = new WechatAccounts(config.auth(), System::getenv);
        checks.add(new Check(WechatCredentials.WHAT, ACCOUNTS, accounts::look));
        return checks;
    }

    /** Where WeChat is, if it is going to be asked anyway. */
    private static @Nullable PublicUrl wechat(GatewayConfig config) {
        return config.auth().kind() == AuthConfig.Kind.WECHAT
                ? PublicUrl.parse(config.auth().wechat().url())
                : null;
    }

    private void addUrl(List<Check> checks) {
        PublicUrl url = subject.url();
        if (url == null) {
            checks.add(Check.of(
                    TlsCheck.WHAT,
                    () -> List.of(Finding.skipped(
                            "public URL", "no --url was given: TLS, the upgrade and the proxy weren't tried"))));
            return;
        }
        GatewayConfig config = subject.config();
        ClientUpgrade request = ClientUpgrade.to(url, config.edge().appids());
        checks.add(new Check(TlsCheck.WHAT, CONNECTIONS, new TlsCheck(url, subject.ca())::look));
        checks.add(Check.of(UpgradeCheck.WHAT, new UpgradeCheck(request)::look));
        SilenceCheck silence = new SilenceCheck(request, subject.ca(), config, progress);
        checks.add(new Check(
                SilenceCheck.WHAT,
                silence.patience(),
                () -> List.of(subject.silent() ? silence.look() : silence.skipped())));
    }
}
