package io.magpie.gateway.support;

/** Makes a value that came from outside safe to stand in a log line. */
public final class LogText {
    private static final int MAX_CHARS = 256;

    private LogText() {}

    /**
     * The value in double quotes on one line: at most 256 characters, with control characters, quotes, line separators
     * and everything else that a terminal could act on as a four-digit hex escape.
     */
    public static String quote(CharSequence value) {
        int end = Math.min(value.length(), MAX_CHARS);
        StringBuilder out = new StringBuilder(end + 2).append('"');
        for (int i = 0; i < end; i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\' || !printable(c)) {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.append(end < value.length() ? "…\"" : "\"").toString();
    }

    private static boolean printable(char c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED -> false;
            default -> true;
        };
    }
}
