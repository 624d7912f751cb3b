using System;
using System.Linq;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>A user's method, ready to be called.</summary>
    internal sealed class Handler
    {
        private readonly MethodInfo method;
        /// <summary>Null for a static method.</summary>
        private readonly object target;
        private readonly Func<JsonElement, Call, Settings, object>[] arguments;

        public Handler(MethodInfo method, object target)
        {
            this.method = method;
            this.target = target;
            arguments = method.GetParameters().Select(Argument).ToArray();
            IsAsync = Signature.IsAsync(method);
        }

        /// <summary>Whether calls give their threads back while they wait.</summary>
        public bool IsAsync { get; }

        /// <summary>Calls it and gives what it returns, or what the task that it returns leads to.</summary>
        public Task<object> CallAsync(JsonElement item, Call call, Settings settings)
        {
            var values = arguments.Select(argument => argument(item, call, settings)).ToArray();
            // Exceptions come as they were thrown.
            return ValueOf(method.Invoke(target, BindingFlags.DoNotWrapExceptions, null, values, null));
        }

        private static Func<JsonElement, Call, Settings, object> Argument(ParameterInfo parameter)
        {
            var type = parameter.ParameterType;
            if (Signature.IsToken(type)) return (item, call, settings) => call.Over;
            // The first one may be left out, as many a scheduled function has no use for the event.
            var isContext = parameter.Position > 0 || type.Name.EndsWith("Context", StringComparison.Ordinal);
            if (!isContext || !ContextBinder.IsContext(type)) return Event(type);
            var binder = new ContextBinder(type);
            return (item, call, settings) => binder.Create(call, settings);
        }

        private static Func<JsonElement, Call, Settings, object> Event(Type type)
        {
            if (type == typeof(object) || type == typeof(JsonElement)) return (item, call, settings) => item;
            if (type == typeof(string)) return (item, call, settings) => item.GetRawText();
            if (type == typeof(JsonDocument)) return (item, call, settings) => JsonDocument.Parse(item.GetRawText());
            if (typeof(JsonNode).IsAssignableFrom(type)) return (item, call, settings) => JsonNode.Parse(item.GetRawText());
            return (item, call, settings) => item.Deserialize(type, Json.Options);
        }

        private static async Task<object> ValueOf(object result)
        {
            if (result is ValueTask)
            {
                await ((ValueTask)result).ConfigureAwait(false);
                return null;
            }
            var task = result as Task ?? FromValueTask(result);
            if (task == null) return result;
            await task.ConfigureAwait(false);
            return ResultOf(task);
        }

        /// <summary>The task of a ValueTask with a result; null for all else.</summary>
        private static Task FromValueTask(object result)
        {
            var type = result == null ? typeof(object) : result.GetType();
            var isValueTask = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>);
            return isValueTask ? (Task)type.GetMethod("AsTask").Invoke(result, null) : null;
        }

        private static object ResultOf(Task task)
        {
            var type = task.GetType();
            while (type != null && !(type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Task<>)))
            {
                type = type.BaseType;
            }
            // An async method without a result has one of this type, which is internal to .NET.
            var hasResult = type != null && type.GetGenericArguments()[0].Name != "VoidTaskResult";
            return hasResult ? type.GetProperty("Result").GetValue(task) : null;
        }
    }
}
