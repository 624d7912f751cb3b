using System.Collections.Generic;
using System.Text.Json;

namespace HksFunc.Host
{
    /// <summary>How requests of one type of function become calls, and results become answers.</summary>
    internal interface IMapping
    {
        /// <summary>What the handler is called with, one call each. Throws Refusal.</summary>
        IEnumerable<JsonElement> Events(Call call);

        /// <summary>The answer for the handler's results. Throws ResultException.</summary>
        Response Respond(Call call, List<object> results);
    }
}
