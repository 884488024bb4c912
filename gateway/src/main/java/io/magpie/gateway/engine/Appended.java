package io.magpie.gateway.engine;

import io.magpie.protocol.ErrorCode;
import io.magpie.protocol.Position;

/** What became of one draft. */
public sealed interface Appended {
    /** It is stored at this position, now or, if it is a duplicate, since its first time. */
    record Stored(Position position, boolean duplicate) implements Appended {}

    /** It isn't stored. */
    record Refused(ErrorCode code, String message) implements Appended {}
}
