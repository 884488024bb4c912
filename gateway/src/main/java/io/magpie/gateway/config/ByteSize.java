package io.magpie.gateway.config;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** An amount of memory: written as a plain number of bytes or with a unit of 1,024, as {@code 64KiB} or {@code 1MiB}. */
public record ByteSize(long bytes) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,15})\\s*(B|KiB|MiB|GiB)?", Pattern.CASE_INSENSITIVE);

    private static final String EXPECTED = "expected an amount of memory such as 65536, 64KiB or 1MiB";

    public ByteSize {
        if (bytes < 0) {
            throw new IllegalArgumentException("must not be negative");
        }
    }

    /** That many units of 1,024 bytes. */
    public static ByteSize ofKiB(long kib) {
        return new ByteSize(Math.multiplyExact(kib, 1024L));
    }

    /**
     * Reads an amount.
     *
     * @throws IllegalArgumentException if the text isn't one; the message says what is expected
     */
    public static ByteSize parse(String text) {
        Matcher form = FORM.matcher(text.trim());
        if (!form.matches()) {
            throw new IllegalArgumentException(EXPECTED);
        }
        String unit = form.group(2) == null ? "b" : form.group(2).toLowerCase(Locale.ROOT);
        int shift = switch (unit) {
            case "kib" -> 10;
            case "mib" -> 20;
            case "gib" -> 30;
            default -> 0;
        };
        long units = Long.parseLong(form.group(1));
        if (units > Long.MAX_VALUE >> shift) {
            throw new IllegalArgumentException(EXPECTED);
        }
        return new ByteSize(units << shift);
    }

    /** The amount as an {@code int}, for what is bounded by an array's length. */
    public int intBytes() {
        return (int) Math.min(bytes, Integer.MAX_VALUE - 64);
    }

    @Override
    public String toString() {
        for (int shift = 30; shift > 0; shift -= 10) {
            if (bytes >= 1L << shift && bytes % (1L << shift) == 0) {
                return (bytes >> shift) + (shift == 30 ? "GiB" : shift == 20 ? "MiB" : "KiB");
            }
        }
        return Long.toString(bytes);
    }
}
