package dev.hks.host;

import dev.hks.host.Json.JsonException;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Member;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.net.URI;
import java.time.temporal.Temporal;
import java.time.temporal.TemporalAmount;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/** Objects of the user's own classes as maps: the components of records, the public getters and fields of others. */
final class Beans {
    private static final ClassValue<Map<String, Member>> MEMBERS = new ClassValue<>() {
        @Override
        protected Map<String, Member> computeValue(Class<?> type) {
            return isOfTheJDK(type) ? Collections.emptyMap() : isRecord(type) ? components(type) : properties(type);
        }
    };

    private Beans() {}

    /** Whether a value is written as the text that it prints. */
    static boolean isText(Object value) {
        return value instanceof Enum || value instanceof UUID || value instanceof URI || value instanceof Temporal
                || value instanceof TemporalAmount;
    }

    /** Whether a value has fields to read. */
    static boolean isBean(Object value) {
        return value != null && !MEMBERS.get(value.getClass()).isEmpty();
    }

    /** The fields of a value in the order of their declaration, of getters by name. */
    static Map<String, Object> fields(Object value) throws JsonException {
        Map<String, Object> fields = new LinkedHashMap<>();
        for (Map.Entry<String, Member> entry : MEMBERS.get(value.getClass()).entrySet()) {
            fields.put(entry.getKey(), read(value, entry.getValue()));
        }
        return fields;
    }

    private static Object read(Object value, Member member) throws JsonException {
        try {
            return member instanceof Field ? ((Field) member).get(value) : ((Method) member).invoke(value);
        } catch (InvocationTargetException error) {
            throw new JsonException(member.getName() + "() of " + value.getClass().getName() + " failed: "
                    + Stacks.summary(error.getCause()));
        } catch (IllegalAccessException error) {
            throw new JsonException(member.getName() + " of " + value.getClass().getName() + " cannot be read");
        }
    }

    private static boolean isOfTheJDK(Class<?> type) {
        ClassLoader loader = type.getClassLoader();
        return loader == null || loader == ClassLoader.getPlatformClassLoader();
    }

    private static boolean isRecord(Class<?> type) {
        // Class.isRecord is younger than the oldest JDK that the host runs on.
        return type.getSuperclass() != null && type.getSuperclass().getName().equals("java.lang.Record");
    }

    private static Map<String, Member> components(Class<?> type) {
        Map<String, Member> members = new LinkedHashMap<>();
        for (Field field : type.getDeclaredFields()) {
            if (Modifier.isStatic(field.getModifiers())) continue;
            try {
                Method accessor = type.getDeclaredMethod(field.getName());
                accessor.setAccessible(true);
                members.put(field.getName(), accessor);
            } catch (NoSuchMethodException error) {
                throw new IllegalStateException("a record without accessor: " + type.getName(), error);
            }
        }
        return members;
    }

    private static Map<String, Member> properties(Class<?> type) {
        Map<String, Member> members = new LinkedHashMap<>();
        for (Field field : type.getFields()) {
            if (Modifier.isStatic(field.getModifiers()) || isOfTheJDK(field.getDeclaringClass())) continue;
            field.setAccessible(true);
            members.put(field.getName(), field);
        }
        List<Method> methods = new ArrayList<>(List.of(type.getMethods()));
        // The JDK gives them in no order.
        methods.sort((a, b) -> a.getName().compareTo(b.getName()));
        for (Method method : methods) {
            String name = propertyName(method);
            if (name == null || isOfTheJDK(method.getDeclaringClass())) continue;
            method.setAccessible(true);
            members.putIfAbsent(name, method);
        }
        return members;
    }

    private static String propertyName(Method method) {
        boolean isGetter = method.getParameterCount() == 0 && method.getReturnType() != void.class
                && !Modifier.isStatic(method.getModifiers()) && !method.isSynthetic();
        if (!isGetter) return null;
        String name = method.getName();
        boolean isFlag = name.startsWith("is") && method.getReturnType() == boolean.class;
        int prefix = name.startsWith("get") ? 3 : isFlag ? 2 : 0;
        if (prefix == 0 || name.length() == prefix || !Character.isUpperCase(name.charAt(prefix))) return null;
        // As java.beans.Introspector has it: getURL is 'URL', getName is 'name'.
        if (name.length() > prefix + 1 && Character.isUpperCase(name.charAt(prefix + 1))) return name.substring(prefix);
        return Character.toLowerCase(name.charAt(prefix)) + name.substring(prefix + 1);
    }
}
