package io.magpie.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Commands know what they share, not each other; only the entry knows all of them. */
@AnalyzeClasses(packages = "io.magpie.bench", importOptions = ImportOption.DoNotIncludeTests.class)
class ArchitectureTest {
    @ArchTest
    static final ArchRule PACKAGES_HAVE_NO_CYCLES =
            slices().matching("io.magpie.bench.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule THE_ROOT_KNOWS_NO_COMMAND = noClasses()
            .that()
            .resideInAPackage("io.magpie.bench")
            .should()
            .dependOnClassesThat()
            .resideInAPackage("io.magpie.bench.*..");
}
