package io.magpie.bench.verify;

import io.magpie.bench.wire.Wire;
import io.magpie.protocol.Body;
import io.magpie.protocol.Encoding;
import io.magpie.protocol.Event;
import io.magpie.protocol.EventReader;
import io.magpie.protocol.EventWriter;
import io.magpie.protocol.Message;
import io.magpie.protocol.Position;
import io.magpie.protocol.RoomId;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.ByteToMessageDecoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * What a gateway with a bug of {@link Planted} that is one of delivering would write on a connection: sits between the
 * gateway's socket and the client's, and takes frames apart. Owned by the loop of {@link PlantedGateway}.
 */
final class PlantedWire extends ByteToMessageDecoder {
    private static final EventReader READER = new EventReader(Encoding.JSON);
    private static final EventWriter WRITER = new EventWriter(Encoding.JSON);
    private static final double RARELY = 0.01;
    /** Clients ask for pages of so many; the final read asks for more. */
    private static final int CLIENT_PAGE = 20;

    private static final int SHORT = 126;
    private static final int MAX_SHORT = 65_535;

    private final Channel client;
    private final Planted bug;
    private final Random random;
    private boolean upgraded;
    private boolean resumed;
    private Message last;

    PlantedWire(Channel client, Planted bug, Random random) {
        this.client = client;
        this.bug = bug;
        this.random = random;
    }

    @Override
    protected void decode(ChannelHandlerContext ctx, ByteBuf in, List<Object> out) {
        if (!upgraded) {
            int head = Wire.headLength(in);
            if (head != Wire.INCOMPLETE) {
                upgraded = true;
                client.writeAndFlush(in.readRetainedSlice(head));
            }
            return;
        }
        int header = Wire.headerLength(in);
        if (header == Wire.INCOMPLETE || in.readableBytes() < header + Wire.payloadLength(in)) {
            return;
        }
        int opcode = Wire.opcode(in);
        ByteBuf frame = in.readRetainedSlice(header + (int) Wire.payloadLength(in));
        if (opcode == Wire.TEXT) {
            write(changed(READER.read(frame.slice(header, frame.readableBytes() - header))));
            frame.release();
            return;
        }
        if (opcode == Wire.CLOSE && bug == Planted.CLOSE_TWICE) {
            client.write(frame.retainedDuplicate());
        }
        client.writeAndFlush(frame);
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) throws Exception {
        super.channelInactive(ctx);
        client.close();
    }

    private void write(List<Event> events) {
        if (events.isEmpty()) {
            return;
        }
        ByteBuf payload = Unpooled.buffer();
        WRITER.write(events, payload);
        ByteBuf frame = Unpooled.buffer();
        int length = payload.readableBytes();
        frame.writeByte(0x81);
        if (length < SHORT) {
            frame.writeByte(length);
        } else if (length <= MAX_SHORT) {
            frame.writeByte(SHORT).writeShort(length);
        } else {
            frame.writeByte(SHORT + 1).writeLong(length);
        }
        client.writeAndFlush(frame.writeBytes(payload));
    }

    private List<Event> changed(List<Event> events) {
        List<Event> changed = new ArrayList<>();
        for (Event event : events) {
            if (event instanceof Event.Delivered delivered) {
                delivered(delivered, changed);
            } else if (event instanceof Event.Connected connected) {
                changed.add(connected(connected));
            } else if (event instanceof Event.Accepted accepted) {
                changed.add(bug == Planted.WRONG_POSITION && rarely() ? misplaced(accepted) : accepted);
            } else if (event instanceof Event.HistoryPage page) {
                changed.add(page(page));
            } else {
                changed.add(event);
            }
        }
        return changed;
    }

    private void delivered(Event.Delivered event, List<Event> out) {
        boolean first = resumed;
        resumed = false;
        Message message = event.message();
        boolean strikes = rarely();
        switch (bug) {
            case SKIP_ONE_ON_RESUME -> out.addAll(first ? List.of() : List.of(event));
            case DUPLICATE_AT_BOUNDARY -> out.addAll(first ? List.of(event, event) : List.of(event));
            case SILENT_DROP -> out.addAll(strikes ? List.of() : List.of(event));
            case FALSE_GAP ->
                out.add(
                        strikes
                                ? new Event.Gap(message.room(), message.seq(), message.seq(), Event.GapReason.TRIMMED)
                                : event);
            case REORDER -> {
                int before = out.size() - 1;
                if (before >= 0 && out.get(before) instanceof Event.Delivered) {
                    out.add(before, event);
                } else {
                    out.add(event);
                }
            }
            case FORK -> out.add(strikes && last != null ? in(message, last.body()) : event);
            default -> out.add(event);
        }
        last = message;
    }

    private Event.Connected connected(Event.Connected event) {
        resumed = event.rooms().values().stream().allMatch(Event.RoomState::recovered);
        if (bug != Planted.FALSE_EPOCH) {
            return event;
        }
        Map<RoomId, Event.RoomState> rooms = new LinkedHashMap<>();
        event.rooms()
                .forEach((room, state) -> rooms.put(
                        room,
                        state.head().seq() == 0
                                ? state
                                : new Event.RoomState(state.head(), false, Event.Unrecovered.EPOCH, state.members())));
        return new Event.Connected(
                event.id(), event.connection(), event.user(), event.resume(), event.heartbeat(), event.limits(), rooms);
    }

    private Event.HistoryPage page(Event.HistoryPage page) {
        List<Message> messages = new ArrayList<>(page.messages());
        if (messages.size() < 2) {
            return page;
        }
        if (bug == Planted.STALE_HISTORY && messages.size() <= CLIENT_PAGE) {
            messages.subList(messages.size() / 2, messages.size()).clear();
        } else if (bug == Planted.NO_CHECKSUM) {
            byte[] bytes = messages.get(0).body().bytes().clone();
            bytes[bytes.length / 2] ^= 1;
            messages.set(0, in(messages.get(0), new Body.Json(bytes)).message());
        }
        return new Event.HistoryPage(page.id(), page.room(), page.epoch(), messages, page.more());
    }

    private static Event.Accepted misplaced(Event.Accepted event) {
        Position at = event.position();
        return new Event.Accepted(
                event.id(), event.room(), new Position(at.epoch(), at.seq() + 1, at.at()), event.duplicate());
    }

    private static Event.Delivered in(Message place, Body body) {
        return new Event.Delivered(
                new Message(place.room(), place.seq(), place.at(), place.from(), place.key(), place.kind(), body));
    }

    private boolean rarely() {
        return random.nextDouble() < RARELY;
    }
}
