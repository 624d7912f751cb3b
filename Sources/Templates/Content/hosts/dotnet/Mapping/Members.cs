using System;
using System.Collections;
using System.Collections.Concurrent;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HksFunc.Host
{
    /// <summary>
    /// The named parts of a result, whether it is a JSON object, a dictionary, or an object with properties; these go by
    /// the names that they have in JSON.
    /// </summary>
    internal sealed class Members
    {
        private static readonly ConcurrentDictionary<Type, Dictionary<string, PropertyInfo>> Known =
            new ConcurrentDictionary<Type, Dictionary<string, PropertyInfo>>();

        private readonly Func<string, object> read;
        private readonly HashSet<string> names;

        private Members(IEnumerable<string> names, Func<string, object> read, bool areProperties)
        {
            this.names = new HashSet<string>(names);
            this.read = read;
            AreProperties = areProperties;
        }

        /// <summary>Whether the names are those of properties, whose spelling follows .NET.</summary>
        public bool AreProperties { get; }

        public IEnumerable<string> Names
        {
            get { return names; }
        }

        /// <summary>The parts of a value; null where it has none that could be meant.</summary>
        public static Members Of(object value)
        {
            value = HttpResult.Plain(value);
            if (value == null || value is string) return null;
            if (value is JsonElement) return OfElement((JsonElement)value);
            var map = value as IDictionary<string, object>;
            if (map != null) return new Members(map.Keys, name => map[name], false);
            var dictionary = value as IDictionary;
            if (dictionary != null)
            {
                var keys = dictionary.Keys.OfType<string>().ToList();
                return keys.Count < dictionary.Count ? null : new Members(keys, name => dictionary[name], false);
            }
            return OfProperties(value);
        }

        public bool Has(string name)
        {
            return names.Contains(name);
        }

        /// <summary>A part in the host's form; null where it is missing.</summary>
        public object Get(string name)
        {
            return Has(name) ? HttpResult.Plain(read(name)) : null;
        }

        private static Members OfElement(JsonElement element)
        {
            if (element.ValueKind != JsonValueKind.Object) return null;
            var names = element.EnumerateObject().Select(member => member.Name);
            return new Members(names, name => element.GetProperty(name), false);
        }

        private static Members OfProperties(object value)
        {
            var type = value.GetType();
            // .NET's own types are data: numbers, times, streams.
            var isOwn = type.Namespace != null
                && (type.Namespace == "System" || type.Namespace.StartsWith("System.", StringComparison.Ordinal));
            if (isOwn || type.IsEnum || value is IEnumerable || value is Delegate) return null;
            var properties = Known.GetOrAdd(type, Properties);
            return new Members(properties.Keys, name => properties[name].GetValue(value), true);
        }

        private static Dictionary<string, PropertyInfo> Properties(Type type)
        {
            var properties = new Dictionary<string, PropertyInfo>();
            foreach (var property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance))
            {
                var ignored = property.GetCustomAttribute<JsonIgnoreAttribute>();
                var isIgnored = ignored != null && ignored.Condition == JsonIgnoreCondition.Always;
                if (!property.CanRead || property.GetIndexParameters().Length > 0 || isIgnored) continue;
                var renamed = property.GetCustomAttribute<JsonPropertyNameAttribute>();
                properties[renamed == null ? JsonNamingPolicy.CamelCase.ConvertName(property.Name) : renamed.Name] =
                    property;
            }
            return properties;
        }
    }
}
