package io.magpie.gateway.engine.disk;

/** The log can't be used as it is; the message says what, where and what to do, for the operator. */
public final class StorageException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    StorageException(String message) {
        super(message);
    }

    StorageException(String message, Throwable cause) {
        super(message, cause);
    }
}
