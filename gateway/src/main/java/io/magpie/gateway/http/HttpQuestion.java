package io.magpie.gateway.http;

import java.util.Map;

/**
 * A plain HTTP request, as far as answers depend on it. The body's array is shared and must not be written to.
 *
 * @param path without the query, not decoded
 * @param headers by lower-case name; one value each
 * @param query by name, decoded; one value each
 * @param body on the public port empty, except where {@link PublicSite#maxBody} says otherwise
 * @param remote the address of the peer, on the public port of the client behind it; empty if it isn't known
 */
@SuppressWarnings("ArrayRecordComponent")
public record HttpQuestion(
        String method,
        String path,
        Map<String, String> headers,
        Map<String, String> query,
        byte[] body,
        String remote) {
    private static final byte[] NOTHING = {};

    /** Without query and body. */
    public HttpQuestion(String method, String path, Map<String, String> headers) {
        this(method, path, headers, Map.of(), NOTHING, "");
    }

    /** A header's value, or an empty string. */
    public String header(String lowerCaseName) {
        return headers.getOrDefault(lowerCaseName, "");
    }

    /** Without headers, query and body, which may hold keys, tokens and codes. */
    @Override
    public String toString() {
        return "HttpQuestion[method=" + method + ", path=" + path + ", remote=" + remote + "]";
    }
}
