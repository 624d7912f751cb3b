using System;
using System.Linq;
using System.Reflection;
using System.Threading;
using System.Threading.Tasks;

namespace HksFunc.Host
{
    /// <summary>What a handler's parameters and result can be.</summary>
    internal static class Signature
    {
        /// <summary>Throws LoadException where a method cannot be called as a handler.</summary>
        public static void Check(string name, MethodInfo method)
        {
            var type = method.DeclaringType;
            if (method.ContainsGenericParameters) throw Wrong(name, "is generic, so that its types are not known");
            if (!method.IsStatic && (type.IsAbstract || type.GetConstructor(Type.EmptyTypes) == null))
            {
                throw Wrong(name, $"is not static, and {type.Name} has no public constructor without parameters");
            }
            var parameters = method.GetParameters();
            if (parameters.Any(parameter => parameter.ParameterType.IsByRef || parameter.ParameterType.IsPointer))
            {
                throw Wrong(name, "has a parameter that is passed by reference");
            }
            var others = parameters.Where(parameter => !IsToken(parameter.ParameterType)).ToArray();
            if (others.Length > 2) throw Wrong(name, $"takes {others.Length} arguments; a handler takes (event, context)");
            if (others.Length == 2 && !ContextBinder.IsContext(others[1].ParameterType))
            {
                throw Wrong(
                    name,
                    $"takes a second argument of type {others[1].ParameterType.Name}, which is no context: a class with "
                        + "a public constructor without parameters and a property RequestId");
            }
        }

        /// <summary>Whether a handler gives its thread back while it waits.</summary>
        public static bool IsAsync(MethodInfo method)
        {
            var type = method.ReturnType;
            return typeof(Task).IsAssignableFrom(type) || type == typeof(ValueTask)
                || (type.IsGenericType && type.GetGenericTypeDefinition() == typeof(ValueTask<>));
        }

        public static bool IsToken(Type type)
        {
            return type == typeof(CancellationToken);
        }

        private static LoadException Wrong(string name, string reason)
        {
            return new LoadException($"handler '{name}' {reason}");
        }
    }
}
