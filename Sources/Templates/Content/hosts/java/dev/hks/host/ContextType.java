package dev.hks.host;

import java.lang.invoke.MethodHandles;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.logging.Logger;

/**
 * The interface by which a handler sees its call. It is the user's own source, so that a project compiles alone;
 * its methods are recognised by their names.
 */
final class ContextType {
    private static final Map<String, BiFunction<Call, Settings, Object>> VALUES = new TreeMap<>(Map.of(
            "requestId", (call, settings) -> call.requestId,
            "functionName", (call, settings) -> settings.functionName,
            "functionVersion", (call, settings) -> settings.functionVersion,
            "memoryLimitInMB", (call, settings) -> settings.memoryLimitInMB,
            "remainingTimeInMillis", (call, settings) -> Math.max(0, (call.deadline - System.nanoTime()) / 1_000_000),
            "traceparent", (call, settings) -> call.request.header("traceparent"),
            "tracestate", (call, settings) -> call.request.joined("tracestate"),
            "type", (call, settings) -> settings.type,
            "logger", (call, settings) -> new CallLogger(settings.functionName, call)));

    private final Class<?> type;

    /** Checks that every method of the interface can be answered. */
    ContextType(Class<?> type) throws Loader.LoadException {
        this.type = type;
        for (Method method : type.getMethods()) {
            if (!Modifier.isAbstract(method.getModifiers())) continue;
            String name = valueName(method);
            if (name == null) {
                throw new Loader.LoadException("interface '" + type.getName() + "' asks for '" + method.getName()
                        + "', which the host does not know; it knows: " + String.join(", ", VALUES.keySet()));
            }
            if (!canReturn(method.getReturnType(), name)) {
                throw new Loader.LoadException("interface '" + type.getName() + "' declares '" + method.getName()
                        + "' as " + method.getReturnType().getTypeName() + "; declare it as " + expected(name));
            }
        }
    }

    /** The context of one call. */
    Object make(Call call, Settings settings) {
        return Proxy.newProxyInstance(type.getClassLoader(), new Class<?>[] {type}, (proxy, method, arguments) -> {
            if (method.getDeclaringClass() == Object.class) return ofObject(proxy, method, arguments, call);
            if (method.isDefault()) return ofDefault(proxy, method, arguments);
            Object value = VALUES.get(valueName(method)).apply(call, settings);
            return method.getReturnType() == int.class || method.getReturnType() == Integer.class
                    ? (Object) (int) Math.min(Integer.MAX_VALUE, ((Number) value).longValue()) : value;
        });
    }

    private static String valueName(Method method) {
        if (method.getParameterCount() > 0) return null;
        String name = method.getName();
        if (VALUES.containsKey(name)) return name;
        if (!name.startsWith("get") || name.length() == 3) return null;
        name = Character.toLowerCase(name.charAt(3)) + name.substring(4);
        return VALUES.containsKey(name) ? name : null;
    }

    private static boolean canReturn(Class<?> type, String name) {
        if (name.equals("logger")) return type.isAssignableFrom(Logger.class);
        if (!isNumber(name)) return type.isAssignableFrom(String.class);
        return type == int.class || type == long.class || type == Integer.class || type.isAssignableFrom(Long.class);
    }

    private static String expected(String name) {
        return name.equals("logger") ? "java.util.logging.Logger" : isNumber(name) ? "long" : "String";
    }

    private static boolean isNumber(String name) {
        return name.equals("memoryLimitInMB") || name.equals("remainingTimeInMillis");
    }

    private static Object ofObject(Object proxy, Method method, Object[] arguments, Call call) {
        switch (method.getName()) {
            case "equals": return proxy == arguments[0];
            case "hashCode": return System.identityHashCode(proxy);
            default: return "context of call " + call.requestId;
        }
    }

    private static Object ofDefault(Object proxy, Method method, Object[] arguments) throws Throwable {
        Class<?> declaring = method.getDeclaringClass();
        return MethodHandles.privateLookupIn(declaring, MethodHandles.lookup())
                .unreflectSpecial(method, declaring)
                .bindTo(proxy)
                .invokeWithArguments(arguments == null ? new Object[0] : arguments);
    }
}
