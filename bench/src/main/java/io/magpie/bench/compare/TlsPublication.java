package io.magpie.bench.compare;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.magpie.bench.DocsPage;
import io.magpie.bench.measure.BarPicture;
import io.magpie.bench.measure.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * What is left of a run over TLS: text for a terminal, a JSON file, pictures, and the generated part of a document.
 * Immutable.
 *
 * @param load what did the load's part of TLS: a library and its version
 * @param deliveries empty if they weren't wanted
 * @param connections empty if they weren't wanted
 */
record TlsPublication(Surroundings surroundings, String load, Results deliveries, HandshakeResults connections) {
    static final String MARK = "tls";
    private static final String JSON = "tls.json";

    /** Whether no server did anything wrong, and none was left out. */
    boolean clean() {
        return deliveries.clean() && connections.leftOut().isEmpty();
    }

    /** For a terminal. */
    String text() {
        StringBuilder text = new StringBuilder();
        if (hasDeliveries()) {
            text.append("\nDeliveries: ").append(Scenario.TLS.title()).append('\n');
            text.append(Tables.of(deliveries, Scenario.TLS).text());
        }
        if (hasConnections()) {
            text.append("\nConnections, one after the other, each until it is upgraded\n");
            text.append(connections.table().text());
        }
        notes().forEach(line -> text.append(line).append('\n'));
        return text.toString();
    }

    /** Writes all figures, and pictures of them, into a folder that exists. */
    void write(Path folder) throws IOException {
        JsonMapper mapper =
                JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        mapper.writeValue(folder.resolve(JSON).toFile(), this);
        draw(folder);
    }

    /** Replaces the generated part of a page, and draws the pictures into {@code img} beside it. */
    void update(Path page) throws IOException {
        draw(Files.createDirectories(page.toAbsolutePath().resolveSibling("img")));
        Files.writeString(page, DocsPage.replace(Files.readString(page), MARK, markdown()));
    }

    /** For a document that has the pictures in {@code img} beside it. */
    String markdown() {
        StringBuilder text = new StringBuilder();
        if (hasDeliveries()) {
            text.append("### Deliveries: ").append(Scenario.TLS.title()).append("\n\n");
            deliveryPictures().forEach(picture -> text.append(link(picture)));
            text.append(Tables.of(deliveries, Scenario.TLS).markdown()).append('\n');
        }
        if (hasConnections()) {
            text.append("### Connections, one after the other, each until it is upgraded\n\n");
            connections.picture().ifPresent(picture -> text.append(link(picture)));
            text.append(connections.table().markdown()).append('\n');
        }
        notes().forEach(line -> text.append(line).append("\n\n"));
        return text + surroundings.markdown() + "- TLS of the load: " + load + "\n";
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>(connections.remarks());
        Stream.concat(deliveries.leftOut().stream(), connections.leftOut().stream())
                .forEach(line -> notes.add("left out: " + line));
        return notes;
    }

    private void draw(Path folder) throws IOException {
        List<BarPicture> pictures = new ArrayList<>(deliveryPictures());
        connections.picture().ifPresent(pictures::add);
        for (BarPicture picture : pictures) {
            picture.draw(folder);
        }
    }

    private List<BarPicture> deliveryPictures() {
        return hasDeliveries() ? Pictures.of(deliveries, Scenario.TLS) : List.of();
    }

    private static String link(BarPicture picture) {
        return "![" + picture.title() + ", " + picture.unit() + "](img/" + picture.file() + ".png)\n\n";
    }

    private boolean hasDeliveries() {
        return !deliveries.figures().isEmpty();
    }

    private boolean hasConnections() {
        return !connections.figures().isEmpty();
    }
}
