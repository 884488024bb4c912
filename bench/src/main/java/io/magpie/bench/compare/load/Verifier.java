package io.magpie.bench.compare.load;

import io.magpie.bench.yardstick.Dialect;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * Checks what members get: the first one that gets a frame has it read, for all others its bytes are compared.
 *
 * <p>Owner: the event loop of the load.
 */
final class Verifier {
    private static final ByteBuffer NO_BYTES = ByteBuffer.allocate(0);

    private final Dialect dialect;
    private final Messages messages;

    Verifier(Dialect dialect, Messages messages) {
        this.dialect = dialect;
        this.messages = messages;
    }

    /**
     * A member got a data frame.
     *
     * @throws DeliveryFault if it isn't what this member had to get
     */
    void received(Member member, ByteBuffer in, FrameCursor cursor, long now) throws DeliveryFault {
        LoggedFrame known = member.room().log().frame(member.frame());
        if (known.start() == member.position() && known.hasBytes(in, cursor.start(), cursor.end())) {
            member.moveTo(known.end(), member.frame() + 1);
            messages.delivered(known.messages(), now);
        } else {
            read(member, in, cursor, now);
        }
    }

    private void read(Member member, ByteBuffer in, FrameCursor cursor, long now) throws DeliveryFault {
        RoomLog log = member.room().log();
        int[] got = messagesIn(plain(member, in, cursor));
        if (got.length == 0) {
            return;
        }
        long position = member.position();
        int known = log.check(member.frame(), position, got);
        ByteBuffer bytes = ByteBuffer.wrap(new byte[cursor.end() - cursor.start()]);
        in.get(cursor.start(), bytes.array());
        if (known == got.length) {
            log.alsoSeen(member.frame(), position, got, bytes);
        } else {
            int[] fresh = Arrays.copyOfRange(got, known, got.length);
            for (int message : fresh) {
                messages.appeared(message);
            }
            log.append(fresh, known == 0 ? bytes : NO_BYTES);
        }
        long end = position + got.length;
        member.moveTo(end, log.frameAt(member.frame(), end));
        messages.delivered(got, now);
    }

    private static byte[] plain(Member member, ByteBuffer in, FrameCursor cursor) throws DeliveryFault {
        byte[] payload = cursor.copyPayload(in);
        if (!cursor.compressed()) {
            return payload;
        }
        Room room = member.room();
        if (room.takesContextOver() && member.position() != room.log().end()) {
            throw new DeliveryFault("a compressed stream differs from that of the other members");
        }
        return room.inflate(payload);
    }

    private int[] messagesIn(byte[] message) throws DeliveryFault {
        Numbers numbers = new Numbers();
        dialect.read(message, numbers);
        return numbers.toArray();
    }

    /** Collects the numbers of the messages in a frame. */
    private static final class Numbers implements Dialect.Sink {
        private int[] values = new int[64];
        private int count;
        private String fault = "";

        @Override
        public void payload(byte[] message, int offset, int length) {
            if (count == values.length) {
                values = Arrays.copyOf(values, 2 * count);
            }
            try {
                values[count] = Payloads.messageOf(message, offset, length);
                count++;
            } catch (DeliveryFault e) {
                fault = e.what();
            }
        }

        private int[] toArray() throws DeliveryFault {
            if (!fault.isEmpty()) {
                throw new DeliveryFault(fault);
            }
            return Arrays.copyOf(values, count);
        }
    }
}
