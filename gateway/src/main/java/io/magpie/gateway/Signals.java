package io.magpie.gateway;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;

/**
 * SIGTERM and SIGINT. The JVM's own way (shutdown hooks) ends with 143 and doesn't hear a second signal. The classes for
 * this are in every JDK ({@code jdk.unsupported}) but can't be named without a warning, hence the reflection.
 */
final class Signals {
    private Signals() {}

    /**
     * Runs a task at each SIGTERM and SIGINT, on a thread of the JVM's.
     *
     * @return false if this JVM doesn't let us ({@code -Xrs}); then shutdown hooks are the way
     */
    static boolean onTermination(Runnable task) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler calls = (proxy, method, arguments) -> {
                if (method.getName().equals("handle")) {
                    task.run();
                }
                return switch (method.getName()) {
                    case "hashCode" -> System.identityHashCode(proxy);
                    case "equals" -> arguments.length > 0 && proxy == arguments[0];
                    case "toString" -> "termination";
                    default -> null;
                };
            };
            Object proxy = Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, calls);
            Constructor<?> named = signal.getConstructor(String.class);
            Method handle = signal.getMethod("handle", signal, handler);
            handle.invoke(null, named.newInstance("TERM"), proxy);
            handle.invoke(null, named.newInstance("INT"), proxy);
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }
}
