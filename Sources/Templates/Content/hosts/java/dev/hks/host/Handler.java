package dev.hks.host;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** A user's function, ready to be called. */
final class Handler {
    private final Method method;
    /** Null of a static method. */
    private final Object instance;
    /** Null where the method takes no context. */
    private final ContextType context;

    Handler(Method method, Object instance, ContextType context) {
        this.method = method;
        this.instance = instance;
        this.context = context;
        method.setAccessible(true);
    }

    /** Calls it with as many arguments as it takes, and waits for what it promises. Throws what it throws. */
    Object call(Object event, Call call, Settings settings) throws Throwable {
        Class<?>[] types = method.getParameterTypes();
        if (types.length > 0 && event != null && !types[0].isInstance(event)) {
            // Only what a direct call brings can be anything but a map.
            throw new Refusal(400, "the request's body does not fit the handler's " + types[0].getSimpleName());
        }
        Object[] arguments = {event, context == null ? null : context.make(call, settings)};
        try {
            return value(method.invoke(instance, Arrays.copyOf(arguments, types.length)));
        } catch (InvocationTargetException error) {
            throw Stacks.unwrap(error.getCause());
        }
    }

    private static Object value(Object result) throws Throwable {
        Future<?> future = result instanceof CompletionStage ? ((CompletionStage<?>) result).toCompletableFuture()
                : result instanceof Future ? (Future<?>) result : null;
        if (future == null) return result;
        try {
            return future.get();
        } catch (ExecutionException error) {
            throw Stacks.unwrap(error);
        } catch (InterruptedException error) {
            future.cancel(true);
            throw error;
        }
    }
}
