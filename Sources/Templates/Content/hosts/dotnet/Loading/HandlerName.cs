using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

namespace HksFunc.Host
{
    /// <summary>The name of a handler: <c>Type::Method</c>, or a method's alone where one type has it.</summary>
    internal sealed class HandlerName
    {
        private const BindingFlags Own = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Static
            | BindingFlags.Instance | BindingFlags.DeclaredOnly;

        private readonly string text;
        /// <summary>Null where any type is meant.</summary>
        private readonly string type;
        private readonly string method;

        public HandlerName(string text)
        {
            this.text = text;
            var parts = text.Split(new[] { "::" }, StringSplitOptions.None);
            if (parts.Length > 2 || parts.Any(part => !IsName(part)) || parts.Last().Contains('.'))
            {
                throw new LoadException(
                    $"handler '{text}' is malformed; write it as 'Type::Method', for example 'Function::Handler'");
            }
            type = parts.Length == 2 ? parts[0] : null;
            method = parts.Last();
        }

        /// <summary>The method that is meant. Throws LoadException.</summary>
        public MethodInfo FindIn(Type[] types)
        {
            var candidates = types.Where(IsCandidate).ToArray();
            var found = candidates.Where(IsMeant).SelectMany(Methods).Where(m => m.Name == method).ToArray();
            if (found.Length == 0) throw NotFound(candidates);
            var open = found.Where(m => m.IsPublic).ToArray();
            if (open.Length == 0) throw new LoadException($"handler '{text}' is not public");
            if (open.Length == 1) return open[0];
            throw new LoadException(
                open.Select(m => m.DeclaringType).Distinct().Count() > 1
                    ? $"handler '{text}' is ambiguous; several types have it: {Listed(open)}"
                    : $"handler '{text}' has {open.Length} overloads; leave one, or name the others differently");
        }

        private bool IsMeant(Type candidate)
        {
            // As in C#, a name without its namespace will do.
            var fullName = candidate.FullName.Replace('+', '.');
            return type == null || fullName == type || fullName.EndsWith("." + type, StringComparison.Ordinal);
        }

        private LoadException NotFound(Type[] candidates)
        {
            var meant = type == null ? new Type[0] : candidates.Where(IsMeant).ToArray();
            if (meant.Length > 0)
            {
                var names = meant.SelectMany(Methods).Where(m => m.IsPublic).Select(m => m.Name).Distinct();
                var methods = string.Join(", ", names);
                return new LoadException(
                    $"handler '{text}' not found; {type} has: {(methods == "" ? "no public method" : methods)}");
            }
            var known = Listed(candidates.SelectMany(Methods).Where(m => m.IsPublic && m.IsStatic));
            var missing = type == null ? $"there is no method '{method}'" : $"there is no type '{type}'";
            return new LoadException(
                $"handler '{text}' not found; {missing} (handlers here: {(known == "" ? "none" : known)})");
        }

        private static string Listed(IEnumerable<MethodInfo> methods)
        {
            return string.Join(", ", methods.Select(m => $"{m.DeclaringType.FullName}::{m.Name}").Distinct());
        }

        private static bool IsCandidate(Type type)
        {
            // Compilers put types with such names beside the user's own.
            return !type.IsInterface && !type.IsEnum && type.FullName.IndexOf('<') < 0;
        }

        private static IEnumerable<MethodInfo> Methods(Type type)
        {
            return type.GetMethods(Own).Where(m => !m.IsSpecialName && m.Name.IndexOf('<') < 0);
        }

        private static bool IsName(string part)
        {
            return part.Split('.').All(
                name => name.Length > 0 && !char.IsDigit(name[0]) && name.All(c => char.IsLetterOrDigit(c) || c == '_'));
        }
    }
}
