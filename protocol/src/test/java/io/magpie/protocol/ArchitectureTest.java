package io.magpie.protocol;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

@AnalyzeClasses(packages = "io.magpie", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    /** Of Netty the buffers, of Jackson the streams: no channel, no data binding, no logging. */
    @ArchTest
    static final ArchRule dependsOnLittle = classes()
            .that()
            .resideInAPackage("io.magpie.protocol..")
            .should()
            .onlyDependOnClassesThat()
            .resideInAnyPackage(
                    "io.magpie.protocol",
                    "io.netty.buffer",
                    "com.fasterxml.jackson.core..",
                    "com.fasterxml.jackson.dataformat.cbor",
                    "org.jspecify.annotations",
                    "java.io",
                    "java.lang..",
                    "java.nio..",
                    "java.util",
                    "java.util.function",
                    "java.util.stream");

    @ArchTest
    static final ArchRule knowsNoThreadsAndNoClock = noClasses()
            .should()
            .dependOnClassesThat()
            .resideInAPackage("java.util.concurrent..")
            .orShould()
            .callMethod(System.class, "currentTimeMillis")
            .orShould()
            .callMethod(System.class, "nanoTime")
            .orShould()
            .dependOnClassesThat()
            .areAssignableTo(Thread.class);

    @ArchTest
    static final ArchRule hasNoMutableStaticState =
            fields().that().areStatic().should().beFinal();
}
