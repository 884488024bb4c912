package io.magpie.gateway.session;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.gateway.support.DurableFiles;
import io.magpie.gateway.support.OwnedBy;
import io.magpie.gateway.support.OwnedBy.Owner;
import io.magpie.protocol.RoomId;
import io.magpie.protocol.UserId;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may not come in, or not into a room, until when. Kept in a file, if there is a place for one, so that a restart
 * doesn't let anybody in. Asked by any thread; changed by one, that of the API.
 */
@OwnedBy(Owner.ANY_THREAD)
public final class Bans {
    /** {@link Ban#untilMillis} of a ban without an end. */
    public static final long FOR_EVER = Long.MAX_VALUE;

    private static final int V4_BYTES = 4;
    private static final JsonMapper JSON = new JsonMapper();
    private static final TypeReference<List<Ban>> LIST = new TypeReference<>() {};

    private final @Nullable Path file;
    private final LongSupplier millis;
    private final ConcurrentMap<Subject, Ban> bans = new ConcurrentHashMap<>();

    /** Whether there ever was one of an address: else addresses needn't be looked up for every message. */
    private volatile boolean byAddress;

    /**
     * Who is meant: a user or an address, everywhere or in one room.
     *
     * @param user null if an address is meant
     * @param address as {@link #addressOf} writes it; null if a user is meant
     * @param room null for everywhere; a room only for a user
     */
    public record Subject(
            @Nullable String user,
            @Nullable String address,
            @Nullable String room) {}

    /**
     * One ban.
     *
     * @param untilMillis since 1970
     * @param reason for the operator and for the client
     */
    public record Ban(
            @Nullable String user,
            @Nullable String address,
            @Nullable String room,
            long untilMillis,
            String reason) {
        /** Who is meant. */
        public Subject subject() {
            return new Subject(user, address, room);
        }
    }

    private Bans(@Nullable Path file, LongSupplier millis) {
        this.file = file;
        this.millis = millis;
    }

    /**
     * The bans of a file; none if it isn't there.
     *
     * @param file null keeps them in memory only
     * @param millis since 1970
     * @throws IllegalStateException if the file can't be read; the message is for the operator
     */
    public static Bans load(@Nullable Path file, LongSupplier millis) {
        Bans bans = new Bans(file, millis);
        if (file != null && Files.exists(file)) {
            try {
                JSON.readValue(Files.readAllBytes(file), LIST).forEach(bans::put);
            } catch (IOException e) {
                throw new IllegalStateException(
                        "the bans in " + file + " can't be read: " + e.getMessage() + "; mend or move the file", e);
            }
        }
        return bans;
    }

    /** All that count now, those that end last first. */
    public List<Ban> all() {
        return bans.values().stream()
                .filter(this::counts)
                .sorted(Comparator.comparingLong(Ban::untilMillis).reversed())
                .toList();
    }

    /** Adds one, in the place of an earlier one of the same subject; blocks until it is on the disk. */
    public void add(Ban ban) {
        put(ban);
        save();
    }

    private void put(Ban ban) {
        bans.put(ban.subject(), ban);
        if (ban.address() != null) {
            byAddress = true;
        }
    }

    /** Takes one back; false if there was none. Blocks until that is on the disk; if it can't be kept, the ban stays. */
    public boolean remove(Subject subject) {
        Ban taken = bans.remove(subject);
        if (taken == null) {
            return false;
        }
        try {
            save();
            return true;
        } catch (RuntimeException e) {
            bans.put(subject, taken);
            throw e;
        }
    }

    /** An address as it stands in a ban: an IPv6 network of 64 bits is one, since one customer has it whole. */
    public static String addressOf(InetAddress address) {
        byte[] bytes = address.getAddress();
        if (bytes.length == V4_BYTES) {
            return address.getHostAddress();
        }
        Arrays.fill(bytes, bytes.length / 2, bytes.length, (byte) 0);
        try {
            return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException("16 bytes are an address", e);
        }
    }

    private void save() {
        bans.values().removeIf(ban -> !counts(ban));
        if (file == null) {
            return;
        }
        try {
            DurableFiles.write(file, JSON.writeValueAsBytes(List.copyOf(bans.values())));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("bans can't be written as JSON", e);
        } catch (IOException e) {
            throw new UncheckedIOException("the bans can't be kept in " + file + ": " + e.getMessage(), e);
        }
    }

    /** Why a user, or whoever comes from an address, may not come in; null if it may. */
    @Nullable
    Ban of(UserId user, @Nullable InetAddress address) {
        if (bans.isEmpty()) {
            return null;
        }
        Ban found = counting(new Subject(user.value(), null, null));
        return found == null && address != null && byAddress
                ? counting(new Subject(null, addressOf(address), null))
                : found;
    }

    /** Whether a user may not be in a room. */
    boolean in(RoomId room, UserId user) {
        return !bans.isEmpty() && counting(new Subject(user.value(), null, room.value())) != null;
    }

    private @Nullable Ban counting(Subject subject) {
        Ban ban = bans.get(subject);
        return ban == null || !counts(ban) ? null : ban;
    }

    private boolean counts(Ban ban) {
        return ban.untilMillis() > millis.getAsLong();
    }
}
