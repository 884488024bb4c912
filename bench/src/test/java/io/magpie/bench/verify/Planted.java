package io.magpie.bench.verify;

/** A bug that is planted into a gateway, to see whether the checker catches it. */
enum Planted {
    /** None: the checker must be content. */
    NOTHING,
    /** Some messages are answered {@code ok} and never stored: an ok before the log has it, and then a crash. */
    ACK_BEFORE_STORED,
    /** {@code ok} is said when the operating system has the message, and not the disk. */
    ACK_BEFORE_FSYNC,
    /** Directories are never synced, so a loss of power takes new files. */
    DIRECTORY_NOT_SYNCED,
    /** After a restart the first messages are delivered with the seqs of the last ones before; the log keeps its own. */
    SEQ_REUSED,
    /** Keys are remembered, but not stored: a restart forgets them. */
    KEYS_NOT_STORED,
    /** Keys are forgotten at once, so a retry is stored again. */
    KEYS_FORGOTTEN,
    /** A page of history has a byte that nobody sent: no check sum is compared when the log is read. */
    NO_CHECKSUM,
    /** The first message after a resume is left out. */
    SKIP_ONE_ON_RESUME,
    /** The first message after a resume comes twice. */
    DUPLICATE_AT_BOUNDARY,
    /** Two messages that follow each other change places. */
    REORDER,
    /** A message is dropped now and then, as from a full queue, without a word. */
    SILENT_DROP,
    /** A client is told of a gap where none is. */
    FALSE_GAP,
    /** An {@code ok} names the place of the next message. */
    WRONG_POSITION,
    /** Now and then a client gets another message in the place of one. */
    FORK,
    /** A page of history lacks its newest messages. */
    STALE_HISTORY,
    /** A resume is told that the log is another one. */
    FALSE_EPOCH,
    /** A close frame comes twice. */
    CLOSE_TWICE
}
