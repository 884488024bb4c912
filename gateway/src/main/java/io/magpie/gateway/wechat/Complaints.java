package io.magpie.gateway.wechat;

import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the operator what is wrong with WeChat, or with us, once a minute each. Used by the thread of logins. */
@OwnedBy(Owner.HOLDER)
final class Complaints {
    private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);
    private static final long EVERY_NANOS = TimeUnit.MINUTES.toNanos(1);

    private long misconfiguredNanos;
    private long unavailableNanos;

    /** @param now on a monotonic clock */
    Complaints(long now) {
        misconfiguredNanos = now - EVERY_NANOS;
        unavailableNanos = now - EVERY_NANOS;
    }

    /** A code was refused. */
    void hear(String appid, CodeReply.Refused refused, long now) {
        switch (refused.outcome()) {
            case MISCONFIGURED -> {
                if (now - misconfiguredNanos >= EVERY_NANOS) {
                    misconfiguredNanos = now;
                    LOG.error("wechat.misconfigured appid={} {}", appid, refused.detail());
                }
            }
            case BUSY, FAILED, TIMEOUT -> {
                if (now - unavailableNanos >= EVERY_NANOS) {
                    unavailableNanos = now;
                    LOG.warn("wechat.unavailable appid={} {}", appid, refused.detail());
                }
            }
            default -> LOG.debug("wechat.refused appid={} {}", appid, refused.detail());
        }
    }
}
