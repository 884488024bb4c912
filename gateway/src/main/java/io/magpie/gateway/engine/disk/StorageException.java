package io.magpie.gateway.engine.disk;

/** The log can't be used as it is; the message says what, where and what to do, for the operator. */
public final class StorageException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** Why, as far as it matters for what to do. */
    enum Reason {
        /** What is on the disk isn't what was written. */
        DAMAGED,
        /** A newer version wrote it. */
        NEWER,
        /** Anything else: no rights, no room, in use, closed. */
        OTHER
    }

    private final Reason reason;

    StorageException(String message) {
        super(message);
        this.reason = Reason.OTHER;
    }

    StorageException(String message, Throwable cause) {
        this(Reason.OTHER, message, cause);
    }

    StorageException(Reason reason, String message, Throwable cause) {
        super(message, cause);
        this.reason = reason;
    }

    private StorageException(Reason reason, String message) {
        super(message);
        this.reason = reason;
    }

    static StorageException damaged(String message) {
        return new StorageException(Reason.DAMAGED, message);
    }

    static StorageException newer(String message) {
        return new StorageException(Reason.NEWER, message);
    }

    Reason reason() {
        return reason;
    }
}
