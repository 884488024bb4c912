package io.magpie.gateway.wechat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What WeChat says of a code (https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html). Its
 * {@code session_key} is left where it came.
 */
sealed interface CodeReply {
    /**
     * Whose code it is.
     *
     * @param openid of the user in this mini-program
     * @param unionid of the user in all apps of one owner, if they are bound to one
     */
    record Known(String openid, @Nullable String unionid) implements CodeReply {}

    /**
     * Nobody's.
     *
     * @param detail for the log: what WeChat calls the fault and the request, or what else went wrong
     */
    record Refused(Outcome outcome, String detail) implements CodeReply {}

    ObjectReader JSON = new JsonMapper().reader();
    Pattern USER = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    /** WeChat's name of a request, at the end of its message, by which its support finds it. */
    Pattern REQUEST = Pattern.compile("rid: ([0-9A-Za-z-]{1,64})");

    /** Reads an answer of status 200, whatever its {@code Content-Type} says. */
    static CodeReply read(byte[] body) {
        JsonNode reply;
        try {
            reply = JSON.readTree(body);
        } catch (IOException e) {
            return garbage();
        }
        JsonNode code = reply.path("errcode");
        if (!code.isMissingNode() && !code.canConvertToInt()) {
            return garbage();
        }
        if (code.asInt(0) != 0) {
            Matcher request = REQUEST.matcher(reply.path("errmsg").asText());
            String rid = request.find() ? " rid=" + request.group(1) : "";
            return new Refused(outcome(code.asInt()), "errcode=" + code.asInt() + rid);
        }
        String openid = text(reply, "openid");
        String unionid = text(reply, "unionid");
        return USER.matcher(openid).matches()
                ? new Known(openid, USER.matcher(unionid).matches() ? unionid : null)
                : garbage();
    }

    /** A text; empty where there is none. */
    private static String text(JsonNode reply, String name) {
        JsonNode value = reply.path(name);
        return value.isTextual() ? value.textValue() : "";
    }

    private static Outcome outcome(int code) {
        return switch (code) {
            case -1 -> Outcome.BUSY;
            case 40029, 41008 -> Outcome.INVALID_CODE;
            case 40163 -> Outcome.CODE_USED;
            case 40226 -> Outcome.BLOCKED;
            case 45011 -> Outcome.QUOTA;
            case 40013, 40125, 40164, 41002, 41004 -> Outcome.MISCONFIGURED;
            default -> Outcome.FAILED;
        };
    }

    private static CodeReply garbage() {
        return new Refused(Outcome.FAILED, "not understood");
    }
}
