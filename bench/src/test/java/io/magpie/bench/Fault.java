package io.magpie.bench;

/** What a {@link FakeServer} does wrong, once. */
enum Fault {
    NONE,
    LOSES_ONE,
    DUPLICATES_ONE,
    SWAPS_TWO,
    CHANGES_A_BYTE,
    REPEATS_AN_OLDER_MESSAGE_INSTEAD,
    FORGETS_AN_OK,
    ANSWERS_WITH_AN_ERROR,
    CLOSES_A_CONNECTION,
    REFUSES_THE_UPGRADE
}
