package io.magpie.gateway.wechat;

import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a client sends to log in: {@code {"code": "…", "appid": "…"}}; other fields don't matter.
 *
 * @param code what {@code wx.login} gave: 1–256 visible ASCII characters
 * @param appid null if it isn't said
 */
record LoginBody(String code, @Nullable String appid) {
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();
    private static final Pattern CODE = Pattern.compile("[!-~]{1,256}");

    /** Reads one; empty if it isn't right. */
    static Optional<LoginBody> read(byte[] json) {
        try {
            JsonNode body = JSON.readTree(json);
            JsonNode code = body.path("code");
            JsonNode appid = body.path("appid");
            boolean silent = appid.isMissingNode() || appid.isNull();
            if (!code.isTextual() || !CODE.matcher(code.textValue()).matches() || !(silent || appid.isTextual())) {
                return Optional.empty();
            }
            return Optional.of(new LoginBody(code.textValue(), silent ? null : appid.textValue()));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Without the code, which is as good as a password as long as it isn't used. */
    @Override
    public String toString() {
        return "LoginBody[appid=" + appid + "]";
    }
}
