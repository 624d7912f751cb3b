package com.example;

import java.util.Map;

/** The handlers of the host contract; `PROBE` picks one. */
public class Handler {
    private final Probe probe;

    static {
        System.out.println("outside of calls");
    }

    public Handler() {
        String name = System.getenv("PROBE");
        Probe found = Results.PROBES.get(name);
        if (found == null) found = Calls.PROBES.get(name);
        if (found == null) found = Events.PROBES.get(name);
        if (found == null) throw new IllegalStateException("no probe '" + name + "'");
        probe = found;
    }

    public Object handler(Map<String, Object> event, Context context) throws Exception {
        return probe.call(event, context);
    }
}
