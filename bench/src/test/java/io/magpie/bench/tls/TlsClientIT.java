package io.magpie.bench.tls;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Handshakes in memory, with a server that shows what keytool made. */
class TlsClientIT {
    private static final UnpooledByteBufAllocator ALLOCATOR = UnpooledByteBufAllocator.DEFAULT;
    private static final String TLS_1_3 = "TLSv1.3";
    private static final int PORT = 443;

    @TempDir
    private Path directory;

    private SslContext server;

    @BeforeEach
    void makeServer() throws Exception {
        Identity identity = Identity.make(Identity.Kind.ECDSA, directory);
        server = SslContextBuilder.forServer(
                        identity.certificate().toFile(), identity.key().toFile())
                .sslProvider(SslProvider.JDK)
                .build();
    }

    @Test
    void beginsASessionOfItsOwnEachTime() {
        try (TlsClient clients = new TlsClient(TLS_1_3)) {
            assertThat(clients.cipher()).isEmpty();
            shake(clients.handler(ALLOCATOR));
            shake(clients.handler(ALLOCATOR));
            assertThat(clients.cipher()).startsWith("TLSv1.3 TLS_");
            assertThat(clients.shown()).isEqualTo(2);
        }
    }

    @Test
    void resumesTheSessionWithAServerThatItIsTold() {
        try (TlsClient clients = new TlsClient(TLS_1_3)) {
            shake(clients.handler(ALLOCATOR, PORT));
            shake(clients.handler(ALLOCATOR, PORT));
            assertThat(clients.shown()).isEqualTo(1);
        }
    }

    private void shake(SslHandler client) {
        EmbeddedChannel near = new EmbeddedChannel(client);
        EmbeddedChannel far = new EmbeddedChannel(server.newHandler(ALLOCATOR));
        boolean more = true;
        while (more) {
            more = pass(near, far) || pass(far, near);
        }
        assertThat(client.handshakeFuture().isSuccess()).isTrue();
        near.finishAndReleaseAll();
        far.finishAndReleaseAll();
    }

    /** Hands on all that one end has written; whether there was anything. */
    private static boolean pass(EmbeddedChannel from, EmbeddedChannel to) {
        boolean any = false;
        for (ByteBuf bytes = from.readOutbound(); bytes != null; bytes = from.readOutbound()) {
            to.writeInbound(bytes);
            any = true;
        }
        return any;
    }
}
