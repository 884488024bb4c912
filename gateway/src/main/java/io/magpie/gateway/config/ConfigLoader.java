package io.magpie.gateway.config;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Reads the configuration: defaults, then a YAML file, then {@code MAGPIE_*} of the environment, then {@code --set}; the
 * later wins, value by value. Whatever isn't known or isn't right is refused, all of it at once.
 */
public final class ConfigLoader {
    private static final String PREFIX = "MAGPIE_";
    /** Variables of the start script and of test tools; not configuration keys. */
    private static final Set<String> NOT_KEYS =
            Set.of("MAGPIE_CONFIG", "MAGPIE_CACHE", "MAGPIE_JAVA_OPTS", "MAGPIE_LOG_LEVEL", "MAGPIE_URL");

    private static final ObjectReader YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private final List<String> problems = new ArrayList<>();

    private ConfigLoader() {}

    /**
     * Loads and checks a configuration.
     *
     * @param file the YAML file, if there is one
     * @param environment all variables; only {@code MAGPIE_*} count
     * @param settings lines {@code key=value}
     * @throws ConfigException with every problem found
     */
    public static GatewayConfig load(Optional<Path> file, Map<String, String> environment, List<String> settings) {
        return new ConfigLoader().read(file, environment, settings);
    }

    private GatewayConfig read(Optional<Path> file, Map<String, String> environment, List<String> settings) {
        JsonNode tree = file.map(this::parse).orElse(MissingNode.getInstance());
        Map<String, String> overrides = new LinkedHashMap<>();
        fromEnvironment(environment, overrides);
        fromSettings(settings, overrides);
        GatewayConfig config = new ConfigBinder(overrides, problems).bind(tree, GatewayConfig.DEFAULTS);
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
        return config;
    }

    private JsonNode parse(Path file) {
        try {
            JsonNode tree = YAML.readTree(Files.readString(file));
            if (tree.isObject() || tree.isNull() || tree.isMissingNode()) {
                return tree;
            }
            problems.add(file + ": must be a mapping of keys to values");
        } catch (MismatchedInputException e) {
            problems.add(file + ": must hold one document");
        } catch (JsonProcessingException e) {
            problems.add(file + ":" + e.getLocation().getLineNr() + ": " + summary(e.getOriginalMessage()));
        } catch (NoSuchFileException e) {
            problems.add(file + ": no such file");
        } catch (IOException e) {
            problems.add(file + ": can't be read: " + e.getMessage());
        }
        return MissingNode.getInstance();
    }

    /** The words of a YAML error without the quotations of the file between them. */
    private static String summary(String message) {
        return message.lines()
                .filter(line -> !line.isBlank() && !line.startsWith(" "))
                .collect(Collectors.joining(", "));
    }

    private void fromEnvironment(Map<String, String> environment, Map<String, String> overrides) {
        Map<String, String> keys = new LinkedHashMap<>();
        for (String key : ConfigBinder.keys(GatewayConfig.DEFAULTS)) {
            keys.put(PREFIX + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'), key);
        }
        environment.forEach((name, value) -> {
            String key = keys.get(name);
            if (key != null) {
                overrides.put(key, value);
            } else if (name.startsWith(PREFIX) && !NOT_KEYS.contains(name)) {
                problems.add(name + ": unknown environment variable (keys are listed by default-config)");
            }
        });
    }

    private void fromSettings(List<String> settings, Map<String, String> overrides) {
        List<String> keys = ConfigBinder.keys(GatewayConfig.DEFAULTS);
        for (String setting : settings) {
            int equals = setting.indexOf('=');
            String key = equals < 0 ? setting : setting.substring(0, equals).trim();
            if (equals < 0) {
                problems.add("--set " + setting + ": expected key=value");
            } else if (!keys.contains(key)) {
                problems.add("--set " + key + ": unknown key" + ConfigBinder.suggestion(key, keys));
            } else {
                overrides.put(key, setting.substring(equals + 1));
            }
        }
    }
}
