package dev.hks.host;

import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT. The JDK's own way, a shutdown hook, could not end the process with status 0.
 *
 * <p>{@code sun.misc.Signal} is in every JDK (module {@code jdk.unsupported}), but compilers warn of its name.
 */
final class Signals {
    private Signals() {}

    /** Has a signal run an action, in place of the one before. Not knowing how, leaves the JDK's own behaviour. */
    static void onStop(Runnable action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(handler.getClassLoader(), new Class<?>[] {handler},
                    (self, method, arguments) -> {
                        if (method.getName().equals("handle")) action.run();
                        return method.getReturnType() == boolean.class ? (Object) (self == arguments[0])
                                : method.getReturnType() == int.class ? (Object) 0 : null;
                    });
            for (String name : new String[] {"TERM", "INT"}) {
                Object number = signal.getConstructor(String.class).newInstance(name);
                signal.getMethod("handle", signal, handler).invoke(null, number, proxy);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException error) {
            Logs.log("debug", "signals are left to the JDK: " + error, null);
        }
    }
}
