package io.magpie.gateway;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.methods;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaField;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.magpie.gateway.engine.Engine;
import io.magpie.gateway.support.OwnedBy;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** The rules that the design lives by, checked on every class. */
@AnalyzeClasses(
        packages = {"io.magpie.gateway", "io.magpie.protocol"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    private static final String ROOT = "io.magpie.gateway";

    /** Packages from the bottom up, each with the project's packages that it may use beside itself. */
    private static final Map<String, Set<String>> MAY_USE = Map.ofEntries(
            Map.entry("support", Set.of("protocol")),
            Map.entry("config", Set.of("protocol", "support")),
            Map.entry("http", Set.of("protocol", "support", "config")),
            Map.entry("delivery", Set.of("protocol", "support", "config")),
            Map.entry("engine", Set.of("protocol", "support", "config")),
            Map.entry("tls", Set.of("protocol", "support", "config")),
            Map.entry("auth", Set.of("protocol", "support", "config")),
            Map.entry("wechat", Set.of("protocol", "support", "config", "http", "auth")),
            Map.entry("hooks", Set.of("protocol", "support", "config", "auth")),
            Map.entry("room", Set.of("protocol", "support", "config", "delivery", "engine")),
            Map.entry(
                    "session", Set.of("protocol", "support", "config", "delivery", "engine", "room", "auth", "hooks")),
            Map.entry("api", Set.of("protocol", "support", "config", "http", "delivery", "engine", "room", "session")),
            Map.entry("doctor", Set.of("protocol", "support", "config", "engine", "auth", "tls", "wechat")),
            Map.entry("transport", Set.of("protocol", "support", "config", "delivery", "session", "http", "tls")));

    /** Classes whose state never leaves one call, so that they have no owner. */
    private static final Set<String> CONFINED = Set.of(
            "io.magpie.gateway.config.ConfigBinder",
            "io.magpie.gateway.config.ConfigLoader",
            "io.magpie.gateway.config.Constraints",
            "io.magpie.protocol.CborScreen",
            "io.magpie.protocol.CborSource",
            "io.magpie.protocol.Fields",
            "io.magpie.protocol.HotCommands",
            "io.magpie.protocol.JsonScan",
            "io.magpie.protocol.JsonText",
            "io.magpie.protocol.JsonSource",
            "io.magpie.protocol.Tokens");

    /** Filled in by picocli before the command runs, then read only. */
    private static final Set<String> COMMANDS = Set.of(
            "io.magpie.gateway.Main",
            "io.magpie.gateway.Main$Sources",
            "io.magpie.gateway.Main$Run",
            "io.magpie.gateway.Main$CheckConfig",
            "io.magpie.gateway.Main$DefaultConfig",
            "io.magpie.gateway.RepairLog",
            "io.magpie.gateway.Doctor",
            "io.magpie.gateway.Prepare",
            "io.magpie.gateway.Operate$Drain",
            "io.magpie.gateway.Operate$Rebalance",
            "io.magpie.gateway.Tokens$Make",
            "io.magpie.gateway.Tokens$Explain");

    /** Collections and arrays that are never written to after the constructor. */
    private static final Set<String> IMMUTABLE_CONTENTS = Set.of(
            "io.magpie.gateway.delivery.EncodedBatch.frames",
            "io.magpie.gateway.api.ApiKey.key",
            "io.magpie.gateway.auth.JwtVerifier.algorithms",
            "io.magpie.gateway.auth.RoomPatterns.beginnings",
            "io.magpie.gateway.auth.RoomPatterns.names",
            "io.magpie.gateway.config.Cidr.network",
            "io.magpie.gateway.hooks.WebhookMetrics.questions",
            "io.magpie.gateway.http.PublicSite.corsOrigins",
            "io.magpie.gateway.room.RoomShards.shards",
            "io.magpie.gateway.session.Seats.loops",
            "io.magpie.gateway.tls.ChainCheck.roots",
            "io.magpie.gateway.wechat.LoginAnswers.rooms",
            "io.magpie.gateway.wechat.LoginMetrics.logins",
            "io.magpie.gateway.wechat.WechatApps.secrets",
            "io.magpie.gateway.transport.ClientAddress.trusted",
            "io.magpie.gateway.transport.Visitors.hosts",
            "io.magpie.gateway.transport.Visitors.origins",
            "io.magpie.gateway.transport.Visitors.appids");

    @ArchTest
    static void packagesDependInOneDirection(JavaClasses all) {
        MAY_USE.forEach((name, others) -> {
            String[] allowed = Stream.concat(
                            Stream.of(ROOT + "." + name + ".."), others.stream().map(ArchitectureTest::packagePattern))
                    .toArray(String[]::new);
            classes()
                    .that()
                    .resideInAPackage(ROOT + "." + name + "..")
                    .should(dependOnlyOn(allowed))
                    .check(all);
        });
    }

    @ArchTest
    static void knowsEveryPackage(JavaClasses all) {
        assertThat(all.stream().map(JavaClass::getPackageName).distinct())
                .allMatch(name -> name.equals(ROOT)
                        || name.equals("io.magpie.protocol")
                        || MAY_USE.containsKey(name.substring(ROOT.length() + 1).replaceFirst("\\..*", "")));
    }

    @ArchTest
    static final ArchRule packagesFormNoCycle =
            slices().matching("io.magpie.gateway.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule protocolKnowsNothingAboveIt = noClasses()
            .that()
            .resideInAPackage("io.magpie.protocol..")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.magpie.gateway..");

    @ArchTest
    static final ArchRule onlyTheRootUsesTransport = classes()
            .that()
            .resideInAPackage("io.magpie.gateway.transport..")
            .should()
            .onlyHaveDependentClassesThat()
            .resideInAnyPackage(ROOT, "io.magpie.gateway.transport..");

    @ArchTest
    static final ArchRule onlyTransportKnowsChannels = noClasses()
            .that()
            .resideOutsideOfPackages("io.magpie.gateway.transport..", "io.magpie.gateway.tls..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler..", "io.netty.bootstrap..");

    @ArchTest
    static final ArchRule tlsKnowsNoChannels = noClasses()
            .that()
            .resideInAPackage("io.magpie.gateway.tls..")
            .should()
            .dependOnClassesThat()
            .resideInAnyPackage("io.netty.channel..", "io.netty.handler.codec..", "io.netty.bootstrap..");

    @ArchTest
    static final ArchRule protocolKnowsBuffersOnly =
            noClasses().that().resideInAPackage("io.magpie.protocol..").should(dependOnNettyBeyond("io.netty.buffer"));

    @ArchTest
    static final ArchRule mutableStateHasAnOwner = classes().should(nameTheOwnerOfMutableState());

    @ArchTest
    static final ArchRule hasNoMutableStatics =
            fields().that().areStatic().should().beFinal();

    @ArchTest
    static final ArchRule hasNoSynchronizedMethod = methods().should().notHaveModifier(JavaModifier.SYNCHRONIZED);

    @ArchTest
    static final ArchRule hasNoLocks = noClasses()
            .that()
            // Its files can't be opened anew while they are read; see ADR 12.
            .doNotHaveFullyQualifiedName("io.magpie.gateway.engine.disk.Storage")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent.locks..");

    @ArchTest
    static final ArchRule neverSleeps = noClasses().should().callMethod(Thread.class, "sleep", long.class);

    @ArchTest
    static final ArchRule neverPrints = NO_CLASSES_SHOULD_ACCESS_STANDARD_STREAMS;

    @ArchTest
    static final ArchRule namesSayWhatThingsAre =
            noClasses().should().haveNameMatching(".*(Impl|Manager|Helper|Util|Utils)(\\$.*)?");

    @ArchTest
    static final ArchRule exceptionsDoNotCrossLayersUnseen =
            classes().that().areAssignableTo(Throwable.class).should().haveSimpleNameEndingWith("Exception");

    @ArchTest
    static void keepsTheEngineSmall(JavaClasses all) {
        List<Method> methods = Stream.of(Engine.class.getDeclaredMethods())
                .filter(method -> Modifier.isAbstract(method.getModifiers()))
                .toList();

        assertThat(methods).hasSizeLessThanOrEqualTo(6);
    }

    /** A synchronized block leaves no trace that ArchUnit sees. */
    @ArchTest
    static void hasNoSynchronizedBlock(JavaClasses all) throws IOException {
        assertThat(Files.isDirectory(Path.of("src/main/java"))).isTrue();
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            assertThat(files.filter(file -> file.toString().endsWith(".java")))
                    .hasSizeGreaterThan(50)
                    .allSatisfy(file -> assertThat(read(file)).doesNotContainPattern("synchronized\\s*\\("));
        }
    }

    private static String packagePattern(String name) {
        return name.equals("protocol") ? "io.magpie.protocol.." : ROOT + "." + name + "..";
    }

    private static ArchCondition<JavaClass> dependOnlyOn(String... packages) {
        return new ArchCondition<>("depend only on " + List.of(packages)) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith("io.magpie."))
                        .filter(dependency -> Stream.of(packages)
                                .noneMatch(
                                        p -> inside(dependency.getTargetClass().getPackageName(), p)))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.violated(dependency, dependency.getDescription())));
            }
        };
    }

    private static boolean inside(String name, String pattern) {
        String base = pattern.substring(0, pattern.length() - 2);
        return name.equals(base) || name.startsWith(base + ".");
    }

    private static ArchCondition<JavaClass> dependOnNettyBeyond(String allowed) {
        return new ArchCondition<>("depend on Netty beyond " + allowed) {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                type.getDirectDependenciesFromSelf().stream()
                        .filter(dependency ->
                                dependency.getTargetClass().getPackageName().startsWith("io.netty."))
                        .filter(dependency ->
                                !dependency.getTargetClass().getPackageName().equals(allowed))
                        .forEach(dependency ->
                                events.add(SimpleConditionEvent.satisfied(dependency, dependency.getDescription())));
            }
        };
    }

    private static ArchCondition<JavaClass> nameTheOwnerOfMutableState() {
        return new ArchCondition<>("carry @OwnedBy if they have mutable state") {
            @Override
            public void check(JavaClass type, ConditionEvents events) {
                if (type.isRecord() || type.isEnum() || exempt(type) || owned(type)) {
                    return;
                }
                type.getFields().stream()
                        .filter(ArchitectureTest::mutable)
                        .forEach(field -> events.add(
                                SimpleConditionEvent.violated(field, field.getFullName() + " has no owner")));
            }
        };
    }

    private static boolean exempt(JavaClass type) {
        return CONFINED.contains(type.getName())
                || COMMANDS.contains(type.getName())
                || type.isAssignableTo(Throwable.class);
    }

    /** Whether the class, or the class it stands in, says who owns it. */
    private static boolean owned(JavaClass type) {
        Optional<JavaClass> enclosing = type.getEnclosingClass();
        return type.isAnnotatedWith(OwnedBy.class)
                || enclosing.filter(ArchitectureTest::owned).isPresent();
    }

    private static boolean mutable(JavaField field) {
        Set<JavaModifier> modifiers = field.getModifiers();
        if (modifiers.contains(JavaModifier.STATIC) || modifiers.contains(JavaModifier.SYNTHETIC)) {
            return false;
        }
        JavaClass type = field.getRawType();
        boolean contents = type.isArray()
                || type.isAssignableTo(Collection.class)
                || type.isAssignableTo(Map.class)
                || type.isAssignableTo(StringBuilder.class)
                || type.isAssignableTo(ByteBuf.class);
        return !modifiers.contains(JavaModifier.FINAL)
                || (contents && !IMMUTABLE_CONTENTS.contains(field.getFullName()));
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
