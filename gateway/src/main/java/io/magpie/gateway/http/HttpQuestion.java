package io.magpie.gateway.http;

import java.util.Map;

/**
 * A plain HTTP request, as far as answers depend on it.
 *
 * @param path without the query
 * @param headers by lower-case name; one value each
 */
public record HttpQuestion(String method, String path, Map<String, String> headers) {
    /** A header's value, or an empty string. */
    String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }
}
