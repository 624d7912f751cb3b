package dev.hks.host;

import java.io.IOException;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Finds the user's handler: `package.Class` (its method `handler`) or `package.Class::method`. */
final class Loader {
    private static final Pattern NAME = Pattern.compile(
            "\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*(\\.\\p{javaJavaIdentifierStart}"
                    + "\\p{javaJavaIdentifierPart}*)*(::\\p{javaJavaIdentifierStart}\\p{javaJavaIdentifierPart}*)?");
    /** More of them would not help anybody. */
    private static final int MAX_LISTED = 20;

    private final String text;

    /** Why the function cannot serve; the cause is what the user's code threw. */
    static final class LoadException extends Exception {
        private static final long serialVersionUID = 1;

        LoadException(String message) {
            super(message);
        }

        LoadException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private Loader(String text) {
        this.text = text;
    }

    /** Loads a handler by its name. */
    static Handler load(String text) throws LoadException {
        return new Loader(text).load();
    }

    private Handler load() throws LoadException {
        if (!NAME.matcher(text).matches()) {
            throw new LoadException("handler '" + text + "' is malformed; write it as 'package.Class' or"
                    + " 'package.Class::method', for example 'com.example.Handler'");
        }
        String[] parts = text.split("::");
        Class<?> type = find(parts[0]);
        Method method = choose(type, parts.length > 1 ? parts[1] : "handler");
        Class<?>[] parameters = method.getParameterTypes();
        if (parameters.length > 0 && !parameters[0].isAssignableFrom(LinkedHashMap.class)) {
            throw unsuitable("takes a " + parameters[0].getTypeName() + " as its event; declare Map<String, Object>");
        }
        if (parameters.length > 1 && !parameters[1].isInterface()) {
            throw unsuitable("takes a " + parameters[1].getTypeName()
                    + " as its context; declare an interface such as the template's Context");
        }
        ContextType context = parameters.length > 1 ? new ContextType(parameters[1]) : null;
        return new Handler(method, instance(type, method), context);
    }

    private Class<?> find(String name) throws LoadException {
        try {
            return Class.forName(name, true, ClassLoader.getSystemClassLoader());
        } catch (ClassNotFoundException error) {
            throw new LoadException("handler '" + text + "' not found; there is no class '" + name + "' (classes here: "
                    + listed(userClasses(), "none") + ")");
        } catch (Throwable error) {
            throw failed(error);
        }
    }

    private Method choose(Class<?> type, String name) throws LoadException {
        List<Method> methods;
        try {
            methods = Arrays.stream(type.getMethods())
                    .filter(method -> method.getDeclaringClass() != Object.class && !method.isSynthetic())
                    .collect(Collectors.toList());
        } catch (LinkageError error) {
            throw failed(error);
        }
        List<Method> named = methods.stream()
                .filter(method -> method.getName().equals(name) && method.getParameterCount() <= 2)
                .collect(Collectors.toList());
        if (named.size() == 1) return named.get(0);
        if (named.size() > 1) {
            throw unsuitable("has " + named.size() + " methods '" + name + "'; give the others another name");
        }
        List<String> names = methods.stream().filter(method -> method.getParameterCount() <= 2)
                .map(Method::getName).distinct().sorted().collect(Collectors.toList());
        throw new LoadException("handler '" + text + "' not found; " + type.getName() + " has no public method '" + name
                + "' with up to two parameters, but: " + listed(names, "no method"));
    }

    private Object instance(Class<?> type, Method method) throws LoadException {
        if (Modifier.isStatic(method.getModifiers())) return null;
        if (Modifier.isAbstract(type.getModifiers())) throw unsuitable("is abstract; name a class that can be made");
        try {
            Constructor<?> constructor = type.getDeclaredConstructor();
            constructor.setAccessible(true);
            return constructor.newInstance();
        } catch (NoSuchMethodException error) {
            throw unsuitable("has no constructor without parameters");
        } catch (InvocationTargetException error) {
            throw failed(error.getCause());
        } catch (Throwable error) {
            throw failed(error);
        }
    }

    private LoadException failed(Throwable error) {
        boolean isWrapper = error instanceof ExceptionInInitializerError && error.getCause() != null;
        Throwable cause = isWrapper ? error.getCause() : error;
        return new LoadException("handler '" + text + "' cannot be loaded: " + Stacks.summary(cause), cause);
    }

    private LoadException unsuitable(String reason) {
        return new LoadException("handler '" + text + "' cannot be called: it " + reason);
    }

    /** The classes that the project itself defines: those in folders of the class path. */
    private static List<String> userClasses() {
        TreeSet<String> names = new TreeSet<>();
        for (String entry : System.getProperty("java.class.path").split(java.io.File.pathSeparator)) {
            Path folder = Path.of(entry);
            if (!Files.isDirectory(folder)) continue;
            try (Stream<Path> files = Files.walk(folder)) {
                files.map(file -> folder.relativize(file).toString())
                        .filter(file -> file.endsWith(".class") && !file.contains("$") && !file.endsWith("-info.class"))
                        .forEach(file -> names.add(file.substring(0, file.length() - 6).replace('/', '.')));
            } catch (IOException error) {
                // The list is a help only.
            }
        }
        return new ArrayList<>(names);
    }

    private static String listed(List<String> names, String none) {
        if (names.isEmpty()) return none;
        String shown = String.join(", ", names.subList(0, Math.min(MAX_LISTED, names.size())));
        return names.size() > MAX_LISTED ? shown + " and " + (names.size() - MAX_LISTED) + " more" : shown;
    }
}
