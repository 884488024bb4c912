/*
 * The kernel's own price of a broadcast: a WebSocket server that does nothing for a member but one send.
 *
 *   relay PORT          listens on 127.0.0.1; the room is ?room=NAME; ends with SIGTERM
 *
 * One thread, one epoll. A frame is unmasked where it was read, and these bytes go to every member. What a full socket
 * doesn't take waits in the member's own buffer. It doesn't check UTF-8, and refuses fragmented messages.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

enum { MAX_ROOMS = 1024, NAME = 64, READ = 64 << 10, MAX_FRAME = 64 << 10, MAX_WAITING = 64 << 20 };
enum { TEXT = 1, BINARY = 2, CLOSE = 8, PING = 9, PONG = 10 };

struct conn;

struct room {
    char name[NAME];
    struct conn **members;
    size_t count, space;
};

struct conn {
    int fd;
    struct room *room; /* none before the upgrade */
    size_t place;      /* among the members of its room */
    uint8_t *in;       /* what was read of an unfinished frame or request */
    size_t in_count;
    uint8_t *out; /* what the socket didn't take yet */
    size_t out_count, out_space;
};

static int poll_fd;
static struct room rooms[MAX_ROOMS];
static size_t room_count;
/* The unfinished rest of a connection, and what is read behind it. */
static uint8_t input[MAX_FRAME + READ + 1];

static void *need(void *memory) {
    if (!memory) {
        perror("relay: no memory");
        exit(1);
    }
    return memory;
}

static void must(bool done, const char *what) {
    if (!done) {
        perror(what);
        exit(1);
    }
}

static uint32_t rotate(uint32_t x, int bits) { return x << bits | x >> (32 - bits); }

/* SHA-1 of fewer than 120 bytes: at most two blocks. */
static void sha1(const uint8_t *data, size_t length, uint8_t digest[20]) {
    uint8_t padded[128] = {0};
    size_t blocks = length < 56 ? 1 : 2;
    memcpy(padded, data, length);
    padded[length] = 0x80;
    padded[blocks * 64 - 2] = (uint8_t)(length * 8 >> 8);
    padded[blocks * 64 - 1] = (uint8_t)(length * 8);
    uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
    for (size_t block = 0; block < blocks; block++) {
        uint32_t w[80], a = h[0], b = h[1], c = h[2], d = h[3], e = h[4];
        for (int i = 0; i < 16; i++) {
            const uint8_t *p = padded + block * 64 + i * 4;
            w[i] = (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
        }
        for (int i = 16; i < 80; i++) w[i] = rotate(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
        for (int i = 0; i < 80; i++) {
            uint32_t f = i < 20   ? ((b & c) | (~b & d)) + 0x5A827999
                         : i < 40 ? (b ^ c ^ d) + 0x6ED9EBA1
                         : i < 60 ? ((b & c) | (b & d) | (c & d)) + 0x8F1BBCDC
                                  : (b ^ c ^ d) + 0xCA62C1D6;
            uint32_t next = rotate(a, 5) + f + e + w[i];
            e = d, d = c, c = rotate(b, 30), b = a, a = next;
        }
        h[0] += a, h[1] += b, h[2] += c, h[3] += d, h[4] += e;
    }
    for (int i = 0; i < 20; i++) digest[i] = (uint8_t)(h[i / 4] >> (24 - i % 4 * 8));
}

/* Base64 of a digest: 28 characters and the end. */
static void base64(const uint8_t digest[20], char text[29]) {
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    uint8_t bytes[21] = {0};
    memcpy(bytes, digest, 20);
    for (int i = 0; i < 7; i++) {
        uint32_t three = (uint32_t)bytes[i * 3] << 16 | (uint32_t)bytes[i * 3 + 1] << 8 | bytes[i * 3 + 2];
        for (int k = 0; k < 4; k++) text[i * 4 + k] = letters[three >> (18 - 6 * k) & 63];
    }
    text[27] = '=';
    text[28] = 0;
}

static void watch(struct conn *conn, int operation, uint32_t events) {
    struct epoll_event event = {.events = events, .data.ptr = conn};
    must(epoll_ctl(poll_fd, operation, conn->fd, &event) == 0, "relay: epoll_ctl");
}

/* Sends, or keeps for later. A broken connection is left to its own event, so that members can be gone through. */
static void deliver(struct conn *conn, const uint8_t *data, size_t length) {
    if (conn->out_count == 0) {
        ssize_t sent = send(conn->fd, data, length, MSG_NOSIGNAL);
        if (sent == (ssize_t)length || (sent < 0 && errno != EAGAIN)) return;
        if (sent > 0) data += sent, length -= (size_t)sent;
        watch(conn, EPOLL_CTL_MOD, EPOLLIN | EPOLLOUT);
    }
    if (conn->out_count + length > MAX_WAITING) {
        shutdown(conn->fd, SHUT_RDWR);
        return;
    }
    if (conn->out_count + length > conn->out_space) {
        conn->out_space = 2 * (conn->out_count + length);
        conn->out = need(realloc(conn->out, conn->out_space));
    }
    memcpy(conn->out + conn->out_count, data, length);
    conn->out_count += length;
}

/* The socket has space again. */
static void drain(struct conn *conn) {
    ssize_t sent = send(conn->fd, conn->out, conn->out_count, MSG_NOSIGNAL);
    if (sent <= 0) return;
    conn->out_count -= (size_t)sent;
    memmove(conn->out, conn->out + sent, conn->out_count);
    if (conn->out_count == 0) {
        free(conn->out);
        conn->out = NULL;
        conn->out_space = 0;
        watch(conn, EPOLL_CTL_MOD, EPOLLIN);
    }
}

static bool enter(struct conn *conn, const char *name) {
    size_t i = 0;
    while (i < room_count && strcmp(rooms[i].name, name) != 0) i++;
    if (i == MAX_ROOMS) return false;
    struct room *room = &rooms[i];
    if (i == room_count) strcpy(rooms[room_count++].name, name);
    if (room->count == room->space) {
        room->space = room->space ? 2 * room->space : 16;
        room->members = need(realloc(room->members, room->space * sizeof *room->members));
    }
    conn->room = room;
    conn->place = room->count;
    room->members[room->count++] = conn;
    return true;
}

static void drop(struct conn *conn) {
    if (conn->room) {
        struct conn *last = conn->room->members[--conn->room->count];
        conn->room->members[conn->place] = last;
        last->place = conn->place;
    }
    close(conn->fd);
    free(conn->in);
    free(conn->out);
    free(conn);
}

/* Answers an upgrade request, which ends with a zero; false if it is none. */
static bool upgrade(struct conn *conn, char *request) {
    static const char field[] = "\r\nSec-WebSocket-Key:";
    char *key = strcasestr(request, field);
    char *query = strchr(request, '?');
    char *line_end = strchr(request, '\r');
    char name[NAME] = "lobby", keyed[24 + 36 + 1], accept[29], answer[160];
    if (!key) return false;
    key += strlen(field);
    key += strspn(key, " \t");
    if (strcspn(key, " \t\r") != 24) return false;
    if (query && query < line_end && (query = strstr(query, "room=")) && query < line_end) {
        sscanf(query, "room=%63[^& \r]", name);
    }
    snprintf(keyed, sizeof keyed, "%.24s258EAFA5-E914-47DA-95CA-C5AB0DC85B11", key);
    uint8_t digest[20];
    sha1((uint8_t *)keyed, strlen(keyed), digest);
    base64(digest, accept);
    int length = snprintf(answer, sizeof answer,
                          "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                          "Sec-WebSocket-Accept: %s\r\n\r\n", accept);
    deliver(conn, (uint8_t *)answer, (size_t)length);
    return enter(conn, name);
}

/* Handles the frame or request at the start of data: its length, 0 if it isn't complete, -1 to end the connection. */
static ssize_t handle(struct conn *conn, uint8_t *data, size_t count) {
    if (!conn->room) {
        uint8_t *end = memmem(data, count, "\r\n\r\n", 4);
        if (!end) return 0;
        end[2] = 0;
        return upgrade(conn, (char *)data) ? end + 4 - data : -1;
    }
    if (count < 2) return 0;
    size_t length = data[1] & 127, header = length == 127 ? 14 : length == 126 ? 8 : 6;
    int opcode = data[0] & 15;
    if ((data[0] & 0xF0) != 0x80 || !(data[1] & 0x80)) return -1; /* a fragment, an extension, or not masked */
    if (count < header) return 0;
    if (header > 6) {
        length = 0;
        for (size_t i = 2; i < header - 4; i++) length = length << 8 | data[i];
    }
    if (length > MAX_FRAME - 14) return -1;
    if (count < header + length) return 0;
    uint8_t *payload = data + header, mask[4];
    memcpy(mask, payload - 4, 4);
    for (size_t i = 0; i < length; i++) payload[i] ^= mask[i & 3];
    /* The server's frame is the client's without the mask: the header moves up over it. */
    uint8_t *frame = data + 4;
    memmove(frame, data, header - 4);
    frame[1] &= 127;
    size_t size = header - 4 + length;
    if (opcode == TEXT || opcode == BINARY) {
        for (size_t i = 0; i < conn->room->count; i++) deliver(conn->room->members[i], frame, size);
    } else if (opcode == PING) {
        frame[0] = 128 | PONG;
        deliver(conn, frame, size);
    } else if (opcode == CLOSE) {
        deliver(conn, frame, size);
        return -1;
    }
    return (ssize_t)(header + length);
}

/* Reads once and handles all that is complete; false if the connection has ended or must. */
static bool take(struct conn *conn) {
    if (conn->in_count) memcpy(input, conn->in, conn->in_count);
    ssize_t got = recv(conn->fd, input + conn->in_count, READ, 0);
    if (got < 0) return errno == EAGAIN || errno == EINTR;
    if (got == 0) return false;
    size_t count = conn->in_count + (size_t)got, done = 0;
    ssize_t step = 1;
    while (done < count && (step = handle(conn, input + done, count - done)) > 0) done += (size_t)step;
    conn->in_count = count - done;
    if (step < 0 || conn->in_count > MAX_FRAME) return false;
    if (conn->in_count || conn->in) {
        free(conn->in);
        conn->in = conn->in_count ? memcpy(need(malloc(conn->in_count)), input + done, conn->in_count) : NULL;
    }
    return true;
}

static void accept_all(int listener) {
    int fd, on = 1;
    while ((fd = accept4(listener, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC)) >= 0) {
        struct conn *conn = need(calloc(1, sizeof *conn));
        conn->fd = fd;
        setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        watch(conn, EPOLL_CTL_ADD, EPOLLIN);
    }
}

static int listen_on(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0), on = 1;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    must(fd >= 0, "relay: socket");
    must(setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0, "relay: setsockopt");
    must(bind(fd, (struct sockaddr *)&address, sizeof address) == 0, "relay: bind");
    must(listen(fd, 4096) == 0, "relay: listen");
    return fd;
}

int main(int argc, char **argv) {
    if (argc != 2) return fprintf(stderr, "usage: relay PORT\n"), 2;
    int listener = listen_on(atoi(argv[1]));
    struct epoll_event events[512], listening = {.events = EPOLLIN};
    must((poll_fd = epoll_create1(EPOLL_CLOEXEC)) >= 0, "relay: epoll_create1");
    must(epoll_ctl(poll_fd, EPOLL_CTL_ADD, listener, &listening) == 0, "relay: epoll_ctl");
    for (;;) {
        int count = epoll_wait(poll_fd, events, 512, -1);
        must(count >= 0 || errno == EINTR, "relay: epoll_wait");
        for (int i = 0; i < count; i++) {
            struct conn *conn = events[i].data.ptr;
            if (!conn) {
                accept_all(listener);
                continue;
            }
            if (events[i].events & EPOLLOUT) drain(conn);
            if (events[i].events & ~(uint32_t)EPOLLOUT && !take(conn)) drop(conn);
        }
    }
}
