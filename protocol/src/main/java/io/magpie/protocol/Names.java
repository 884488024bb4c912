package io.magpie.protocol;

/** The rules that names of rooms, users and devices share. */
final class Names {
    static final int MAX_BYTES = 128;

    private Names() {}

    /** What is wrong with a name, or an empty string if it is 1–128 bytes of well-formed UTF-8 without controls. */
    static String fault(String name) {
        return fault(name, MAX_BYTES);
    }

    /** The same for a name of 1 to {@code most} bytes. */
    static String fault(String name, int most) {
        int bytes = 0;
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            if (Character.isISOControl(c)) {
                return "has a control character";
            }
            if (Character.isSurrogate(c)) {
                if (!Character.isHighSurrogate(c)
                        || i + 1 == name.length()
                        || !Character.isLowSurrogate(name.charAt(i + 1))) {
                    return "has a lone surrogate";
                }
                i++;
                bytes += 4;
            } else {
                bytes += c < 0x80 ? 1 : c < 0x800 ? 2 : 3;
            }
        }
        return bytes == 0 ? "is empty" : bytes > most ? "is longer than " + most + " bytes" : "";
    }
}
