package com.example;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Objects;

/** A test runner in a page; use JUnit once the project has a pom.xml. */
final class Tests {
    private Tests() {}

    /** Runs the methods without parameters that {@code type} declares, each on an object of its own. */
    static void run(Class<?> type) {
        int failures = 0;
        for (Method method : type.getDeclaredMethods()) {
            boolean isTest = method.getParameterCount() == 0 && method.getReturnType() == void.class;
            if (!isTest || method.isSynthetic()) continue;
            try {
                method.invoke(type.getDeclaredConstructor().newInstance());
                System.out.println("ok      " + method.getName());
            } catch (InvocationTargetException error) {
                failures++;
                System.out.println("FAILED  " + method.getName());
                error.getCause().printStackTrace(System.out);
            } catch (ReflectiveOperationException error) {
                throw new IllegalStateException(error);
            }
        }
        if (failures > 0) System.exit(1);
    }

    static void assertEquals(Object expected, Object actual) {
        if (!Objects.equals(expected, actual)) {
            throw new AssertionError("expected " + expected + ", but was " + actual);
        }
    }
}
