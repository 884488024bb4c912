package io.magpie.gateway.session;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A client that keeps a position for each room, as docs/protocol.md tells clients to, and checks all it hears against
 * them: in no order of events may a message be missing, doubled, or come while it is hidden.
 */
final class Phone {
    private static final List<String> ROOMS = List.of("a", "b", "c");

    /** Where it is in a room. */
    private record Place(String epoch, long seq) {
        String json() {
            return "{'epoch':'" + epoch + "','seq':" + seq + "}";
        }
    }

    private final String name;
    private final SessionRig rig;
    private final Random random;
    private final List<String> faults;

    /** Its connections, oldest first; what the older ones still say came before what the newest says. */
    private final List<TestClient> connections = new ArrayList<>();

    private final Map<String, Place> places = new HashMap<>();

    /** What it has said about where it is and not been answered, by the id. */
    private final Map<String, Map<String, Place>> said = new HashMap<>();

    /** Rooms that it came back into from somewhere behind where it is: some of what it has may come again. */
    private final Set<String> mayRepeat = new HashSet<>();

    /** Rooms that it has said it leaves, and on which connection. */
    private final Map<String, TestClient> leaving = new HashMap<>();

    private String ticket = "";
    private String user = "";
    private boolean hidden;

    /** The room whose join was answered last, with what was missed; it comes to a hidden client too. */
    private String answered = "";

    private int lastId;

    Phone(String name, SessionRig rig, Random random, List<String> faults) {
        this.name = name;
        this.rig = rig;
        this.random = random;
        this.faults = faults;
        connect(false);
    }

    /** Does something that a client may do. */
    void act() {
        String room = ROOMS.get(random.nextInt(ROOMS.size()));
        switch (random.nextInt(16)) {
            case 0, 1 -> say("{'type':'hide','id':'hide'}");
            case 2, 3 -> show(false);
            case 4 -> show(true);
            case 5 -> join(room);
            case 6 -> leave(room);
            case 7 -> connect(false);
            case 8 -> connect(true);
            case 9 -> {
                hear();
                newest().lose();
            }
            default -> say("{'type':'send','room':'" + room + "','data':'" + name + "'}");
        }
    }

    /** Makes sure of a connection that shows itself. */
    void settle() {
        if (!newest().connection().open()) {
            connect(true);
        }
        show(false);
    }

    Map<String, Long> seqs() {
        return places.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().seq()));
    }

    /** Takes all that has come. */
    void hear() {
        for (TestClient connection : connections) {
            for (JsonNode event : connection.take()) {
                hear(connection, event);
            }
        }
        connections.removeIf(
                connection -> connection != newest() && !connection.connection().open());
    }

    private void connect(boolean naming) {
        if (!connections.isEmpty()) {
            hear();
            if (ticket.isEmpty()) {
                newest().lose();
            }
        }
        connections.add(rig.connecting(random.nextInt(rig.loops.size())));
        String resume = ticket.isEmpty() ? "" : ",'resume':'" + ticket + "'";
        say("{'type':'connect','id':'" + say(naming ? places : Map.of()) + "'" + resume + named(naming) + "}");
    }

    private void show(boolean naming) {
        say("{'type':'show','id':'" + say(naming ? places : Map.of()) + "'" + named(naming) + "}");
    }

    private void join(String room) {
        Place place = places.get(room);
        boolean naming = place != null && random.nextBoolean();
        String id = say(naming ? Map.of(room, place) : Map.of());
        say("{'type':'join','id':'" + id + "','room':'" + room + "'" + (naming ? ",'since':" + place.json() : "")
                + "}");
    }

    private String say(Map<String, Place> where) {
        String id = "said " + ++lastId;
        said.put(id, Map.copyOf(where));
        return id;
    }

    private void leave(String room) {
        leaving.put(room, newest());
        say("{'type':'leave','id':'leave " + room + "','room':'" + room + "'}");
    }

    private String named(boolean naming) {
        return !naming
                ? ""
                : places.entrySet().stream()
                        .map(entry ->
                                "'" + entry.getKey() + "':" + entry.getValue().json())
                        .collect(Collectors.joining(",", ",'rooms':{", "}"));
    }

    private void say(String envelope) {
        if (newest().connection().open()) {
            newest().sayOnly(envelope);
        }
    }

    private TestClient newest() {
        return connections.get(connections.size() - 1);
    }

    private void hear(TestClient connection, JsonNode event) {
        String room = event.path("room").asText();
        Map<String, Place> named = said.getOrDefault(event.path("id").asText(), Map.of());
        String type = event.path("type").asText();
        answered = type.equals("joined") || (type.equals("message") && answered.equals(room)) ? room : "";
        switch (type) {
            case "connected" -> {
                forgetRoomsLeft(connection);
                connected(event, named);
            }
            case "shown" -> {
                hidden = false;
                stand(event.path("rooms"), named);
            }
            case "joined" -> stands(room, event, named.get(room));
            case "message" -> message(room, event.path("seq").asLong());
            case "gap" -> gap(room, event);
            case "ok" -> ok(event.path("id").asText());
            default -> {}
        }
    }

    private void connected(JsonNode event, Map<String, Place> named) {
        String now = event.at("/user/id").asText();
        if (!user.isEmpty() && !now.equals(user)) {
            faults.add(name + " was " + user + " and is " + now);
        }
        user = now;
        ticket = event.path("resume").asText();
        hidden = false;
        places.keySet().removeIf(room -> !event.path("rooms").has(room));
        event.path("rooms").fieldNames().forEachRemaining(mayRepeat::add);
        mayRepeat.removeAll(named.keySet());
        stand(event.path("rooms"), named);
    }

    private void stand(JsonNode rooms, Map<String, Place> named) {
        rooms.properties().forEach(room -> stands(room.getKey(), room.getValue(), named.get(room.getKey())));
    }

    private void ok(String id) {
        if (id.equals("hide")) {
            hidden = true;
        } else if (id.startsWith("leave ")) {
            places.remove(id.substring(6));
            leaving.remove(id.substring(6));
        }
    }

    /** How a room stands; where too much was missed a gap follows. */
    private void stands(String room, JsonNode state, @Nullable Place named) {
        Place place = places.get(room);
        if (named != null && place == null) {
            places.put(room, named);
        } else if (named != null && named.epoch().equals(place.epoch()) && named.seq() < place.seq()) {
            mayRepeat.add(room);
        }
        boolean goesOn = state.path("recovered").asBoolean()
                || state.path("reason").asText().equals("trimmed");
        if (!goesOn || !places.containsKey(room)) {
            places.put(
                    room,
                    new Place(state.path("epoch").asText(), state.path("seq").asLong()));
        }
    }

    private void gap(String room, JsonNode event) {
        Place place = places.get(room);
        long from = event.path("from").asLong();
        boolean fits = place != null && (from == place.seq() + 1 || (from <= place.seq() && mayRepeat.contains(room)));
        if (fits) {
            places.put(
                    room,
                    new Place(
                            place.epoch(),
                            Math.max(place.seq(), event.path("to").asLong())));
        } else {
            faults.add(name + " at " + place + " heard " + event);
        }
    }

    /** Whether the server has heard that on an earlier connection can't be known; whoever comes in again begins anew. */
    private void forgetRoomsLeft(TestClient connection) {
        leaving.entrySet().removeIf(entry -> {
            boolean earlier = entry.getValue() != connection;
            if (earlier) {
                places.remove(entry.getKey());
            }
            return earlier;
        });
    }

    private void message(String room, long seq) {
        Place place = places.get(room);
        if (place != null && seq <= place.seq() && mayRepeat.contains(room)) {
            return;
        }
        mayRepeat.remove(room);
        if (place == null || seq != place.seq() + 1 || (hidden && !answered.equals(room))) {
            faults.add(name + (hidden ? ", hidden," : "") + " at " + place + " heard " + seq + " of " + room);
        } else {
            places.put(room, new Place(place.epoch(), seq));
        }
    }
}
