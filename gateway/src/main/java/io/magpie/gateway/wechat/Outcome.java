package io.magpie.gateway.wechat;

/** What became of a login. */
enum Outcome {
    ACCEPTED,
    /** It wasn't understood. */
    BAD_REQUEST,
    UNKNOWN_APP,
    /** Too many of its address. */
    RATE_LIMITED,
    /** Too many of all. */
    OVERLOADED,
    INVALID_CODE,
    CODE_USED,
    /** WeChat takes the user for a risk. */
    BLOCKED,
    /** WeChat says that the user logs in too often. */
    QUOTA,
    /** WeChat is busy, also when it is asked again. */
    BUSY,
    /** WeChat doesn't take the appid, the secret or our address. */
    MISCONFIGURED,
    /** WeChat can't be reached, or says what isn't known. */
    FAILED,
    TIMEOUT
}
