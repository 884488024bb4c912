package io.magpie.gateway.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Turns a tree of YAML nodes and a map of overrides into records, with another instance of the same record for the
 * values that are not given. A wrong value is noted and its default stands in, so that one run finds every problem.
 * Confined to one call of {@link ConfigLoader}.
 */
final class ConfigBinder {
    private final Map<String, String> overrides;
    private final List<String> problems;

    ConfigBinder(Map<String, String> overrides, List<String> problems) {
        this.overrides = overrides;
        this.problems = problems;
    }

    <T extends Record> T bind(JsonNode tree, T defaults) {
        return bindRecord("", tree, defaults);
    }

    /** All keys of leaves below a record, in the order of declaration. */
    static List<String> keys(Record defaults) {
        List<String> keys = new ArrayList<>();
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            Object value = valueOf(component, defaults);
            if (value instanceof Record child && !(value instanceof ByteSize)) {
                keys(child).forEach(key -> keys.add(kebab(component.getName()) + "." + key));
            } else {
                keys.add(kebab(component.getName()));
            }
        }
        return keys;
    }

    /** " (did you mean …?)" with the nearest known key, or nothing if none is near. */
    static String suggestion(String key, List<String> known) {
        return known.stream()
                .filter(k -> distance(k, key) <= Math.max(2, key.length() / 4))
                .min(Comparator.comparingInt(k -> distance(k, key)))
                .map(k -> " (did you mean " + k + "?)")
                .orElse("");
    }

    private <T extends Record> T bindRecord(String path, JsonNode node, T defaults) {
        RecordComponent[] components = defaults.getClass().getRecordComponents();
        Object[] values = new Object[components.length];
        Set<String> known = new HashSet<>();
        for (int i = 0; i < components.length; i++) {
            String key = kebab(components[i].getName());
            known.add(key);
            values[i] = bindValue(join(path, key), node.path(key), valueOf(components[i], defaults));
        }
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                problems.add(join(path, name) + ": unknown key" + suggestion(name, List.copyOf(known)));
            }
        });
        return construct(path, defaults, components, values);
    }

    private Object bindValue(String path, JsonNode node, Object fallback) {
        if (fallback instanceof Record child && !(child instanceof ByteSize)) {
            if (!node.isMissingNode() && !node.isNull() && !node.isObject()) {
                problems.add(path + ": must be a mapping of keys to values");
            }
            return bindRecord(path, node, child);
        }
        try {
            String override = overrides.get(path);
            if (override != null) {
                return fallback instanceof List<?> ? list(override) : parse(override, fallback);
            }
            if (node.isMissingNode() || node.isNull()) {
                return fallback;
            }
            if (fallback instanceof List<?>) {
                return list(node);
            }
            if (!node.isValueNode()) {
                throw new IllegalArgumentException("must be a single value");
            }
            return parse(node.asText(), fallback);
        } catch (IllegalArgumentException e) {
            problems.add(path + ": " + e.getMessage());
            return fallback;
        }
    }

    private static Object parse(String text, Object like) {
        if (like instanceof String) {
            return text;
        } else if (like instanceof Boolean) {
            return bool(text);
        } else if (like instanceof Integer) {
            return integer(text);
        } else if (like instanceof Duration) {
            return Durations.parse(text);
        } else if (like instanceof ByteSize) {
            return ByteSize.parse(text);
        } else if (like instanceof Enum<?> constant) {
            return constant(text, constant.getDeclaringClass());
        }
        throw new IllegalStateException("no text form for " + like.getClass());
    }

    private static Boolean bool(String text) {
        return switch (text.trim()) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException("expected true or false");
        };
    }

    private static Integer integer(String text) {
        try {
            return Integer.valueOf(text.trim());
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("expected a whole number", e);
        }
    }

    private static Object constant(String text, Class<? extends Enum<?>> type) {
        for (Enum<?> constant : type.getEnumConstants()) {
            if (constant.name().toLowerCase(Locale.ROOT).equals(text.trim())) {
                return constant;
            }
        }
        String names = Arrays.stream(type.getEnumConstants())
                .map(c -> c.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining(", "));
        throw new IllegalArgumentException("expected one of " + names);
    }

    private static List<String> list(JsonNode node) {
        List<String> texts = new ArrayList<>();
        boolean ok = node.isArray();
        for (JsonNode item : node) {
            ok &= item.isValueNode() && !item.isNull();
            texts.add(item.asText());
        }
        if (!ok) {
            throw new IllegalArgumentException("must be a list of single values");
        }
        return texts;
    }

    private static List<String> list(String commaSeparated) {
        return Arrays.stream(commaSeparated.split(",", -1))
                .map(String::trim)
                .filter(s -> !s.isEmpty())
                .toList();
    }

    @SuppressWarnings("unchecked")
    private <T extends Record> T construct(String path, T defaults, RecordComponent[] components, Object[] values) {
        try {
            Class<?>[] types =
                    Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
            Constructor<?> constructor = defaults.getClass().getDeclaredConstructor(types);
            return (T) constructor.newInstance(values);
        } catch (InvocationTargetException e) {
            if (e.getCause() instanceof IllegalArgumentException refused) {
                String.valueOf(refused.getMessage()).lines().forEach(line -> problems.add(join(path, line)));
                return defaults;
            }
            throw new IllegalStateException("configuration record can't be made", e);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("configuration record can't be made", e);
        }
    }

    private static Object valueOf(RecordComponent component, Record owner) {
        try {
            return component.getAccessor().invoke(owner);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("configuration record can't be read", e);
        }
    }

    private static String join(String path, String key) {
        return path.isEmpty() ? key : path + "." + key;
    }

    private static String kebab(String name) {
        return name.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Levenshtein's distance: the fewest single-letter edits from one text to the other. */
    private static int distance(String a, String b) {
        int[] row = new int[b.length() + 1];
        Arrays.setAll(row, i -> i);
        for (int i = 1; i <= a.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= b.length(); j++) {
                int edit = Math.min(
                        Math.min(row[j], row[j - 1]) + 1, diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1));
                diagonal = row[j];
                row[j] = edit;
            }
        }
        return row[b.length()];
    }
}
