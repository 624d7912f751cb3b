package dev.hks.host;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.ProtocolFamily;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;

/** Unix sockets, which JDKs have from 16 on: found by reflection, so that the host also runs on older ones. */
final class UnixSockets {
    private static final int TYPE_MASK = 0170000;
    private static final int SOCKET = 0140000;

    private UnixSockets() {}

    /** Whether this JDK has them. */
    static boolean areThere() {
        return Runtime.version().feature() >= 16;
    }

    /** Listens on a path; a socket that an earlier process left there is replaced. */
    static ServerSocketChannel listen(Path path, int backlog) throws IOException {
        remove(path);
        ServerSocketChannel listener = open();
        try {
            listener.bind(address(path), backlog);
            // Until here the process's umask protects it: connecting takes the permission to write.
            Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rw-------"));
            return listener;
        } catch (IOException error) {
            listener.close();
            throw error;
        }
    }

    /** Removes a socket; anything else stays. */
    static void remove(Path path) throws IOException {
        try {
            int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
            if ((mode & TYPE_MASK) == SOCKET) Files.delete(path);
        } catch (NoSuchFileException error) {
            // As it should be.
        }
    }

    private static ServerSocketChannel open() throws IOException {
        ProtocolFamily family = StandardProtocolFamily.valueOf("UNIX");
        return (ServerSocketChannel) call(ServerSocketChannel.class, "open", ProtocolFamily.class, family);
    }

    private static SocketAddress address(Path path) throws IOException {
        try {
            return (SocketAddress) call(Class.forName("java.net.UnixDomainSocketAddress"), "of", Path.class, path);
        } catch (ClassNotFoundException error) {
            throw new IOException(error);
        }
    }

    private static Object call(Class<?> type, String name, Class<?> parameter, Object argument) throws IOException {
        try {
            return type.getMethod(name, parameter).invoke(null, argument);
        } catch (InvocationTargetException error) {
            if (error.getCause() instanceof IOException) throw (IOException) error.getCause();
            throw new IOException(error.getCause());
        } catch (ReflectiveOperationException error) {
            throw new IOException(error);
        }
    }
}
