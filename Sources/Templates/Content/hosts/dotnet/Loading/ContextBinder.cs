using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Threading;

namespace HksFunc.Host
{
    /// <summary>
    /// Makes the context of a call: an object of the class that the function itself declares, whose properties are set
    /// where it has them. So the function needs nothing of the host to compile.
    /// </summary>
    internal sealed class ContextBinder
    {
        private delegate object Source(Call call, Settings settings);

        private static readonly Dictionary<string, Source> Sources =
            new Dictionary<string, Source>(StringComparer.OrdinalIgnoreCase)
            {
                ["RequestId"] = (call, settings) => call.RequestId,
                ["FunctionName"] = (call, settings) => settings.FunctionName,
                ["FunctionVersion"] = (call, settings) => settings.FunctionVersion,
                ["MemoryLimitInMB"] = (call, settings) => settings.MemoryLimitInMB,
                ["Type"] = (call, settings) => settings.Type,
                ["TraceParent"] = (call, settings) => call.Request.Headers.First("traceparent"),
                ["TraceState"] = (call, settings) => Joined(call.Request.Headers.All("tracestate")),
                ["Deadline"] = (call, settings) => call.Deadline,
                ["CancellationToken"] = (call, settings) => call.Over,
            };

        private static readonly Dictionary<string, Type> Types =
            new Dictionary<string, Type>(StringComparer.OrdinalIgnoreCase)
            {
                ["MemoryLimitInMB"] = typeof(int),
                ["Deadline"] = typeof(DateTimeOffset),
                ["CancellationToken"] = typeof(CancellationToken),
            };

        private readonly ConstructorInfo constructor;
        private readonly List<KeyValuePair<PropertyInfo, Source>> properties;

        public ContextBinder(Type type)
        {
            constructor = type.GetConstructor(Type.EmptyTypes);
            properties = Settable(type)
                .Select(property => new KeyValuePair<PropertyInfo, Source>(property, Sources[property.Name]))
                .ToList();
        }

        /// <summary>Whether a parameter of this type is meant to get the context.</summary>
        public static bool IsContext(Type type)
        {
            return type.IsClass && !type.IsAbstract && type.GetConstructor(Type.EmptyTypes) != null
                && Settable(type).Any(property => property.Name == "RequestId");
        }

        public object Create(Call call, Settings settings)
        {
            var context = constructor.Invoke(BindingFlags.DoNotWrapExceptions, null, null, null);
            foreach (var property in properties) property.Key.SetValue(context, property.Value(call, settings));
            return context;
        }

        private static IEnumerable<PropertyInfo> Settable(Type type)
        {
            return type.GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(IsSettable);
        }

        private static bool IsSettable(PropertyInfo property)
        {
            if (!property.CanWrite || !Sources.ContainsKey(property.Name)) return false;
            Type given;
            if (!Types.TryGetValue(property.Name, out given)) given = typeof(string);
            return property.PropertyType.IsAssignableFrom(given);
        }

        private static string Joined(List<string> values)
        {
            return values == null ? null : string.Join(",", values);
        }
    }
}
