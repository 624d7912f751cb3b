package dev.hks.host;

import java.util.List;

/** How requests of one type of function map to calls, and results to answers. */
interface Mapping {
    /** The event of each call that a request stands for. */
    List<Object> events(Call call) throws Refusal;

    /** The answer for the results of these calls. Streams may fail as the user's code does. */
    Response response(Call call, List<Object> events, List<Object> results) throws Exception;
}
