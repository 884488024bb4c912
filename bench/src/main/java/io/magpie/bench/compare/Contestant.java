package io.magpie.bench.compare;

/**
 * What has one row per level in a table.
 *
 * @param server the name of the yardstick
 * @param stopped how many members of each room read nothing
 */
record Contestant(String server, int stopped) {
    static Contestant of(String server) {
        return new Contestant(server, 0);
    }

    /** As it stands in tables. */
    String label() {
        return stopped == 0 ? server : server + ", " + stopped + " stopped";
    }
}
