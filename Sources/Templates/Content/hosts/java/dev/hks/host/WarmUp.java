package dev.hks.host;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.logging.Logger;

/** Has the host serve itself once while it is built: the classes that this takes are kept in an archive. */
public final class WarmUp {
    /** What a function's interface may ask for. */
    public interface Context {
        String requestId();

        Logger logger();
    }

    /** The handler. */
    public static Object handler(Map<String, Object> event, Context context) {
        context.logger().info("warm " + context.requestId());
        System.out.println("warm");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("statusCode", 200);
        answer.put("headers", Map.of("x-warm", "1"));
        answer.put("body", Map.of("data", event));
        return answer;
    }

    /** Calls the handler and stops the server. */
    static void start(Server server) {
        Thread client = new Thread(() -> {
            try {
                call((InetSocketAddress) server.address());
            } catch (IOException error) {
                Logs.writePlain(error + "\n");
            }
            server.stop();
        });
        client.start();
    }

    private static void call(InetSocketAddress address) throws IOException {
        String head = "POST /?a=b HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 9\r\n"
                + "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01\r\n\r\n";
        try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
            socket.getOutputStream().write(Texts.utf8("GET /health/readiness HTTP/1.1\r\nhost: h\r\n\r\n"));
            socket.getOutputStream().write(Texts.utf8(head + "{\"a\":[1]}"));
            socket.getOutputStream().write(Texts.utf8("broken\r\n\r\n"));
            socket.getInputStream().readAllBytes();
        }
    }
}
