package io.magpie.gateway.config;

import java.util.List;

/** The configuration can't be used; says everything that is wrong with it, one problem a line. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    ConfigException(List<String> problems) {
        super(String.join("\n", problems));
    }
}
