package io.magpie.protocol;

/**
 * A frame or value that the protocol doesn't allow. The message is for the peer's developer: it names the fault and
 * holds nothing of the server's inside.
 *
 * <p>It carries no stack trace: it is made at the rate at which bad input arrives.
 */
public final class ProtocolException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public ProtocolException(ErrorCode code, String message) {
        super(message, null, false, false);
        this.code = code;
    }

    /** What to answer. */
    public ErrorCode code() {
        return code;
    }

    /** The message; never null. */
    @Override
    public String getMessage() {
        String message = super.getMessage();
        return message == null ? code.wireName() : message;
    }
}
