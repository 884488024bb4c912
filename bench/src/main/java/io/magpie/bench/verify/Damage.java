package io.magpie.bench.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * What may happen to a file while nobody looks.
 *
 * @param file which; missing if it comes back
 * @param at which byte
 */
record Damage(Kind kind, Path file, int at) {
    /** In which way. */
    enum Kind {
        /** One bit is the other one. */
        BIT_FLIP,
        /** The file ends here. */
        TRUNCATE,
        /** A page of zeros. */
        ZERO_PAGE,
        /** Bytes of another place of the file. */
        COPIED_CHUNK,
        /** It is as it was earlier, or is back though it had been deleted. */
        OLDER
    }

    /** Those that need nothing but the file. */
    private static final List<Kind> WITHIN = List.of(Kind.BIT_FLIP, Kind.TRUNCATE, Kind.ZERO_PAGE, Kind.COPIED_CHUNK);

    private static final int PAGE = 4_096;
    private static final int MAX_CHUNK = 1_024;
    private static final int BITS = 8;

    /** Any but {@link Kind#OLDER}, to a file that isn't empty. */
    static Damage random(Path file, SplittableRandom random) throws IOException {
        Kind kind = WITHIN.get(random.nextInt(WITHIN.size()));
        return new Damage(kind, file, random.nextInt((int) Math.min(Integer.MAX_VALUE, Files.size(file))));
    }

    /**
     * Does it.
     *
     * @return false if the file is as it was
     */
    boolean inflict(SplittableRandom random) throws IOException {
        byte[] before = Files.readAllBytes(file);
        byte[] after = damaged(before, random);
        Files.write(file, after);
        return !Arrays.equals(before, after);
    }

    /**
     * Brings an earlier version of a file back.
     *
     * @param earlier what it was, and where it was in its directory
     * @return nothing if it is the same
     */
    static Optional<Damage> older(Path earlier, Path file) throws IOException {
        if (Files.exists(file) && Files.mismatch(earlier, file) < 0) {
            return Optional.empty();
        }
        Files.copy(earlier, file, StandardCopyOption.REPLACE_EXISTING);
        return Optional.of(new Damage(Kind.OLDER, file, 0));
    }

    /** Whether messages may be missing at its end, which looks like what a crash leaves. */
    boolean ofWriteAheadLog() {
        return file.toString().endsWith(".log");
    }

    /** Whether messages are in it, and nowhere else. */
    boolean ofTable() {
        return file.toString().endsWith(".sst");
    }

    private byte[] damaged(byte[] before, SplittableRandom random) {
        byte[] after = before.clone();
        switch (kind) {
            case BIT_FLIP -> after[at] ^= (byte) (1 << random.nextInt(BITS));
            case TRUNCATE -> after = Arrays.copyOf(before, at);
            case ZERO_PAGE -> {
                int start = at / PAGE * PAGE;
                Arrays.fill(after, start, Math.min(after.length, start + PAGE), (byte) 0);
            }
            case COPIED_CHUNK -> {
                int from = random.nextInt(before.length);
                int length = Math.min(random.nextInt(1, MAX_CHUNK), before.length - Math.max(from, at));
                System.arraycopy(before, from, after, at, length);
            }
            case OLDER -> throw new IllegalStateException("an older version comes from elsewhere");
        }
        return after;
    }

    @Override
    public String toString() {
        return kind + " of " + file.getFileName() + " at " + at;
    }
}
