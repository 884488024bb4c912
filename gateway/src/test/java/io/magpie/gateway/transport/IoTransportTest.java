package io.magpie.gateway.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.magpie.gateway.config.GatewayConfig.IoKind;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.uring.IoUring;
import org.junit.jupiter.api.Test;

class IoTransportTest {
    @Test
    void choosesEpollWhereThereIsSuch() {
        assertThat(IoTransport.of(IoKind.AUTO).name()).isEqualTo(Epoll.isAvailable() ? "epoll" : "nio");
    }

    @Test
    void hasNioEverywhere() {
        assertThat(IoTransport.of(IoKind.NIO).name()).isEqualTo("nio");
    }

    @Test
    void givesIoUringWhereThereIsSuch() {
        assumeTrue(IoUring.isAvailable());

        assertThat(IoTransport.of(IoKind.IO_URING).name()).isEqualTo("io_uring");
    }

    @Test
    void saysWhyThereIsNoIoUringAndWhatToDo() {
        assumeTrue(!IoUring.isAvailable());

        assertThatThrownBy(() -> IoTransport.of(IoKind.IO_URING))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("io_uring")
                .hasMessageContaining("transport.kind auto");
    }
}
