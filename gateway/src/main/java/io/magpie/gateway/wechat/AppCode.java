package io.magpie.gateway.wechat;

/** What somebody logs in with: a code that a mini-program got. Good once, for five minutes. */
record AppCode(String appid, String code) {
    /** Without the code, which is as good as a password as long as it isn't used. */
    @Override
    public String toString() {
        return "AppCode[appid=" + appid + "]";
    }
}
