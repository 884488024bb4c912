package io.magpie.gateway.session;

import io.magpie.gateway.support.DurableFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;

/** Where the secret comes from that signs {@link Tickets}. Blocks on files: for the start only. */
public final class TicketSecret {
    private static final String FILE = "resume.secret";
    private static final int BYTES = 32;

    /** A file of ours isn't longer; whatever is there instead isn't read to its end. */
    private static final int MAX_FILE = 4_096;

    private TicketSecret() {}

    /**
     * What the configuration says, else one that lasts as long as the process.
     *
     * @param configured {@code resume.secret}; empty if there is none
     */
    public static byte[] of(String configured) {
        return configured.isEmpty() ? random() : configured.getBytes(StandardCharsets.UTF_8);
    }

    /**
     * What the configuration says, else the one that is kept in a directory: made when it is first asked for, readable by
     * the server's user alone.
     *
     * @param directory where data is kept; made if it isn't there
     * @throws UncheckedIOException if it can't be read or kept; the message names the file
     */
    public static byte[] of(String configured, Path directory) {
        if (!configured.isEmpty()) {
            return of(configured);
        }
        Path file = directory.resolve(FILE);
        try {
            DurableFiles.makeDirectories(directory);
            return Files.exists(file) ? read(file) : create(file);
        } catch (IOException e) {
            throw new UncheckedIOException(file + ": the secret of tickets can't be kept: " + e.getMessage(), e);
        }
    }

    private static byte[] read(Path file) throws IOException {
        String text = Files.size(file) > MAX_FILE ? "" : Files.readString(file, StandardCharsets.US_ASCII);
        byte[] secret;
        try {
            secret = Base64.getDecoder().decode(text.strip());
        } catch (IllegalArgumentException e) {
            throw new IOException("it isn't base64; delete it to begin with a new one", e);
        }
        if (secret.length < BYTES) {
            throw new IOException("it is too short; delete it to begin with a new one");
        }
        return secret;
    }

    private static byte[] create(Path file) throws IOException {
        byte[] secret = random();
        DurableFiles.write(file, Base64.getEncoder().encode(secret), ownersOnly(file));
        return secret;
    }

    private static FileAttribute<?>[] ownersOnly(Path file) throws IOException {
        boolean posix = Files.getFileStore(file.toAbsolutePath().getParent()).supportsFileAttributeView("posix");
        Set<PosixFilePermission> permissions = Set.of(PosixFilePermission.OWNER_READ, PosixFilePermission.OWNER_WRITE);
        return posix
                ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(permissions)}
                : new FileAttribute<?>[0];
    }

    private static byte[] random() {
        byte[] secret = new byte[BYTES];
        new SecureRandom().nextBytes(secret);
        return secret;
    }
}
