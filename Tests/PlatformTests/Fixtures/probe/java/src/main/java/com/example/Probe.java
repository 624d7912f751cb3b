package com.example;

import java.util.Map;

/** One of the handlers of the host contract. */
interface Probe {
    Object call(Map<String, Object> event, Context context) throws Exception;
}
