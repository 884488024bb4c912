package io.magpie.protocol;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Arbitrary values of the protocol. */
final class Samples {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper CBOR = new ObjectMapper(new CBORFactory());

    private Samples() {}

    /** Well-formed text with all that tends to break things but NUL. */
    private static Arbitrary<String> text(int maxBytes) {
        return Arbitraries.randomValue(random -> new RandomJson(random).text(random.nextInt(12)))
                .filter(text -> text.getBytes(StandardCharsets.UTF_8).length <= maxBytes);
    }

    /** Bodies in the form in which a reader of this encoding gives them. */
    static Arbitrary<Body> body(Encoding encoding) {
        Arbitrary<Body> data = Arbitraries.randomValue(random -> {
            Object value = new RandomJson(random).value(random.nextInt(12));
            return encoding == Encoding.JSON ? new Body.Json(bytes(JSON, value)) : new Body.Cbor(bytes(CBOR, value));
        });
        return Arbitraries.oneOf(data, data, binary());
    }

    private static Arbitrary<Body> binary() {
        return Arbitraries.bytes().array(byte[].class).ofMaxSize(50).map(Body.Binary::new);
    }

    private static byte[] bytes(ObjectMapper mapper, Object value) {
        try {
            return mapper.writeValueAsBytes(value);
        } catch (JsonProcessingException impossible) {
            throw new IllegalStateException(impossible);
        }
    }

    static Arbitrary<RequestId> id() {
        Arbitrary<RequestId> id = Arbitraries.oneOf(
                number().<RequestId>map(RequestId.Number::new), text(64).<RequestId>map(RequestId.Text::new));
        return id.injectNull(0.2);
    }

    private static Arbitrary<Long> number() {
        return Arbitraries.longs().between(0, RequestId.Number.MAX_SAFE);
    }

    private static Arbitrary<RoomId> room() {
        return text(128)
                .filter(name -> Names.fault(name).isEmpty() && name.charAt(0) != '@')
                .map(RoomId::new);
    }

    private static Arbitrary<UserId> user() {
        return text(128).filter(name -> Names.fault(name).isEmpty()).map(UserId::new);
    }

    private static Arbitrary<DeviceId> device() {
        return text(DeviceId.MAX_BYTES)
                .filter(name -> Names.fault(name).isEmpty())
                .map(DeviceId::new);
    }

    private static Arbitrary<Sender> sender() {
        return Combinators.combine(user(), text(60).injectNull(0.3)).as(Sender::new);
    }

    private static Arbitrary<Position> position() {
        Arbitrary<Long> at = Arbitraries.oneOf(number(), Arbitraries.just(Position.NO_TIME));
        return Combinators.combine(text(60).filter(epoch -> !epoch.isEmpty()), number(), at)
                .as(Position::new);
    }

    private static Arbitrary<Integer> count() {
        return Arbitraries.integers().between(0, Integer.MAX_VALUE);
    }

    private static Arbitrary<Map<RoomId, Position>> positions() {
        return Arbitraries.maps(room(), position().injectNull(0.3)).ofMaxSize(4);
    }

    private static Arbitrary<Command.Target> target() {
        return Arbitraries.oneOf(
                room().<Command.Target>map(Command.ToRoom::new), user().<Command.Target>map(Command.ToUser::new));
    }

    private static Arbitrary<Command> command(Encoding encoding) {
        Arbitrary<String> tag = text(64).injectNull(0.3);
        Arbitrary<Command> connect = Combinators.combine(
                        text(200).injectNull(0.3),
                        text(200).injectNull(0.3),
                        device().injectNull(0.3),
                        positions(),
                        Combinators.combine(tag, tag)
                                .as(Command.ClientInfo::new)
                                .injectNull(0.3))
                .as(Command.Connect::new);
        Arbitrary<Command> send = Combinators.combine(
                        target(), tag, tag, Arbitraries.of(Priority.class), body(encoding))
                .as(Command.Send::new);
        Arbitrary<Body> data = body(encoding).filter(body -> !(body instanceof Body.Binary));
        Arbitrary<Long> unset = Arbitraries.just(Command.History.UNSET);
        Arbitrary<Command> history = Arbitraries.oneOf(
                Combinators.combine(room(), number(), unset, count()).as(Command.History::new),
                Combinators.combine(room(), unset, number(), count()).as(Command.History::new));
        return Arbitraries.oneOf(
                connect,
                Combinators.combine(room(), position().injectNull(0.3), count()).as(Command.Join::new),
                room().map(Command.Leave::new),
                send,
                Combinators.combine(target(), data).as(Command.Signal::new),
                history,
                Combinators.combine(room(), count()).as(Command.Members::new),
                Combinators.combine(room(), number()).as(Command.Recall::new),
                Combinators.combine(room(), number()).as(Command.Read::new),
                positions().map(Command.Show::new),
                text(200).map(Command.Refresh::new),
                Arbitraries.of(new Command.Hide(), new Command.Ping()));
    }

    static Arbitrary<List<Request>> requests(Encoding encoding) {
        return Combinators.combine(id(), command(encoding))
                .as(Request::new)
                .list()
                .ofMinSize(1)
                .ofMaxSize(5);
    }

    private static Arbitrary<Message> message(Arbitrary<RoomId> room, Encoding encoding) {
        return Combinators.combine(
                        room,
                        number(),
                        number(),
                        sender(),
                        text(64).injectNull(0.3),
                        text(64).injectNull(0.3),
                        body(encoding))
                .as(Message::new);
    }

    private static Arbitrary<Event.RoomState> state() {
        Arbitrary<Position> head = position().map(p -> new Position(p.epoch(), p.seq(), Position.NO_TIME));
        return Arbitraries.oneOf(
                Combinators.combine(head, count()).as((p, members) -> new Event.RoomState(p, true, null, members)),
                Combinators.combine(
                                head, Arbitraries.of(Event.Unrecovered.class).injectNull(0.2), count())
                        .as((p, reason, members) -> new Event.RoomState(p, false, reason, members)));
    }

    private static Arbitrary<Event> event(Encoding encoding) {
        return Arbitraries.oneOf(Arrays.asList(
                message(room(), encoding).map(Event.Delivered::new),
                Combinators.combine(room(), sender(), body(encoding)).as(Event.Signalled::new),
                Combinators.combine(room(), number()).as(Event.Recalled::new),
                Combinators.combine(room(), count(), senders(), senders()).as(Event.Presence::new),
                Combinators.combine(room(), number(), number(), Arbitraries.of(Event.GapReason.class))
                        .as(Event.Gap::new),
                Combinators.combine(number(), text(60)).as(Event.Reconnect::new),
                number().map(Event.Expiring::new),
                Combinators.combine(Arbitraries.of(CloseCode.class), text(120), after())
                        .as(Event.Bye::new),
                reply(encoding)));
    }

    private static Arbitrary<Event> reply(Encoding encoding) {
        Arbitrary<Event.Limits> limits =
                Combinators.combine(count(), count(), count()).as(Event.Limits::new);
        Arbitrary<Event> history = room().flatMap(room -> Combinators.combine(
                        id(),
                        text(60),
                        message(Arbitraries.just(room), encoding).list().ofMaxSize(3),
                        Arbitraries.of(true, false))
                .as((id, epoch, messages, more) -> new Event.HistoryPage(id, room, epoch, messages, more)));
        return Arbitraries.oneOf(Arrays.asList(
                Combinators.combine(
                                id(),
                                text(60),
                                sender(),
                                text(60).injectNull(0.3),
                                number(),
                                limits,
                                Arbitraries.maps(room(), state()).ofMaxSize(3))
                        .as(Event.Connected::new),
                Combinators.combine(id(), room(), state()).as(Event.Joined::new),
                Combinators.combine(id(), Arbitraries.maps(room(), state()).ofMaxSize(3))
                        .as(Event.Shown::new),
                history,
                Combinators.combine(id(), room(), count(), senders()).as(Event.MemberList::new),
                id().map(Event.Done::new),
                Combinators.combine(id(), room(), position(), Arbitraries.of(true, false))
                        .as(Event.Accepted::new),
                Combinators.combine(id(), Arbitraries.of(ErrorCode.class), text(100), after())
                        .as(Event.Failed::new),
                id().map(Event.Pong::new)));
    }

    private static Arbitrary<Long> after() {
        return Arbitraries.oneOf(number(), Arbitraries.just(Event.UNSET));
    }

    private static Arbitrary<List<Sender>> senders() {
        return sender().list().ofMaxSize(3);
    }

    static Arbitrary<List<Event>> events(Encoding encoding) {
        return event(encoding).list().ofMinSize(1).ofMaxSize(4);
    }

    /** Either encoding of envelopes, with something made for it. */
    static <T> Arbitrary<Sample<T>> inEither(Function<Encoding, Arbitrary<T>> values) {
        return Arbitraries.of(Encoding.JSON, Encoding.CBOR)
                .flatMap(encoding -> values.apply(encoding).map(value -> new Sample<>(encoding, value)));
    }

    record Sample<T>(Encoding encoding, T value) {}
}
