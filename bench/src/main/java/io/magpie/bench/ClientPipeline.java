package io.magpie.bench;

import io.magpie.protocol.Encoding;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelPipeline;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpClientCodec;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolConfig;
import io.netty.handler.codec.http.websocketx.WebSocketClientProtocolHandler;
import io.netty.handler.codec.http.websocketx.WebSocketFrameAggregator;
import io.netty.handler.ssl.SslContext;
import java.net.URI;
import org.jspecify.annotations.Nullable;

/** The pipeline of one client: the handshake of a mini-program, then whole frames. */
final class ClientPipeline extends ChannelInitializer<SocketChannel> {
    /** What the platform sends and a page can't change. */
    private static final String REFERER = "https://servicewechat.com/wx0123456789abcdef/1/page-frame.html";

    private static final String USER_AGENT =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15"
                    + " (KHTML, like Gecko) Mobile/15E148 MicroMessenger/8.0.50(0x1800323d) NetType/WIFI MiniProgramEnv/iOS";

    private static final int MAX_HTTP = 64 << 10;
    private static final int MAX_FRAME = 64 << 20;

    private final Client client;
    private final BenchPlan.Target target;
    private final URI uri;
    private final @Nullable SslContext tls;

    /**
     * The pipeline of {@code client}.
     *
     * @param tls for {@code wss}, else null
     */
    ClientPipeline(Client client, @Nullable SslContext tls) {
        this.client = client;
        this.target = client.station().plan().target();
        this.uri = target.mode() == Encoding.PLAIN
                ? withRoom(target.url(), client.station().roomName(client.room()))
                : target.url();
        this.tls = tls;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
        ChannelPipeline pipeline = channel.pipeline();
        if (tls != null) {
            pipeline.addLast(tls.newHandler(channel.alloc(), uri.getHost(), uri.getPort()));
        }
        // The handshaker takes these two out when it has upgraded.
        pipeline.addLast(new HttpClientCodec());
        pipeline.addLast(new HttpObjectAggregator(MAX_HTTP));
        pipeline.addLast(new WebSocketClientProtocolHandler(handshake()));
        pipeline.addLast(new WebSocketFrameAggregator(MAX_FRAME));
        pipeline.addLast(client);
    }

    private WebSocketClientProtocolConfig handshake() {
        HttpHeaders headers = new DefaultHttpHeaders();
        headers.set(HttpHeaderNames.REFERER, REFERER);
        headers.set(HttpHeaderNames.USER_AGENT, USER_AGENT);
        String subProtocol = target.mode().subProtocol();
        return WebSocketClientProtocolConfig.newBuilder()
                .webSocketUri(uri)
                .subprotocol(subProtocol.isEmpty() ? null : subProtocol)
                .customHeaders(headers)
                .generateOriginHeader(false)
                .allowExtensions(false)
                .maxFramePayloadLength(MAX_FRAME)
                // The client books the close code itself.
                .handleCloseFrames(false)
                .sendCloseFrame(null)
                // Every byte that arrives is compared with what was sent, so it needn't be checked for UTF-8 as well.
                .withUTF8Validator(false)
                .handshakeTimeoutMillis(target.connectTimeout().toMillis())
                .build();
    }

    private static URI withRoom(URI url, String room) {
        String query = url.getRawQuery() == null ? "?" : "?" + url.getRawQuery() + "&";
        String path = url.getRawPath().isEmpty() ? "/" : url.getRawPath();
        return URI.create(url.getScheme() + "://" + url.getRawAuthority() + path + query + "room=" + room);
    }
}
