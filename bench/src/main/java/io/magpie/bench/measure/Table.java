package io.magpie.bench.measure;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Rows of text. Immutable.
 *
 * @param head the titles of the columns
 * @param rows each with as many cells as the head
 */
public record Table(List<String> head, List<List<String>> rows) {
    /** For a terminal: the first column to the left, the others to the right. */
    public String text() {
        int[] widths = IntStream.range(0, head.size())
                .map(column -> Math.max(
                        head.get(column).length(),
                        rows.stream()
                                .mapToInt(row -> row.get(column).length())
                                .max()
                                .orElse(0)))
                .toArray();
        StringBuilder text = new StringBuilder(line(head, widths));
        rows.forEach(row -> text.append(line(row, widths)));
        return text.toString();
    }

    /** For a document. */
    public String markdown() {
        String rule = "|---|" + "---:|".repeat(head.size() - 1);
        return markdown(head) + rule + "\n" + rows.stream().map(Table::markdown).collect(Collectors.joining());
    }

    private static String markdown(List<String> cells) {
        return "| " + String.join(" | ", cells) + " |\n";
    }

    private static String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String pad = " ".repeat(widths[i] - cells.get(i).length());
            line.append(i == 0 ? cells.get(i) + pad : "  " + pad + cells.get(i));
        }
        return line.toString().stripTrailing() + "\n";
    }
}
