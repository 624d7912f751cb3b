using System;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;

namespace HksFunc.Host
{
    /// <summary>Finds the user's handler in the assembly of the function.</summary>
    internal static class HandlerLoader
    {
        /// <summary>The handler's method, which can be called; runs nothing of the user's. Throws LoadException.</summary>
        public static MethodInfo Find(string assemblyPath, string handlerName)
        {
            var name = new HandlerName(handlerName);
            try
            {
                var method = name.FindIn(LoadAssembly(assemblyPath).GetTypes());
                Signature.Check(handlerName, method);
                return method;
            }
            catch (ReflectionTypeLoadException error)
            {
                throw Unloadable(handlerName, error.LoaderExceptions.FirstOrDefault() ?? error);
            }
            catch (Exception error) when (error is IOException || error is BadImageFormatException
                || error is TypeLoadException)
            {
                throw Unloadable(handlerName, error);
            }
        }

        /// <summary>The handler, ready to be called: its type has been initialised. Throws LoadException.</summary>
        public static Handler Load(string assemblyPath, string handlerName)
        {
            var method = Find(assemblyPath, handlerName);
            try
            {
                RuntimeHelpers.RunClassConstructor(method.DeclaringType.TypeHandle);
                var target = method.IsStatic ? null : Activator.CreateInstance(method.DeclaringType);
                return new Handler(method, target);
            }
            catch (TargetInvocationException error)
            {
                throw Unloadable(handlerName, error.InnerException);
            }
            catch (TypeInitializationException error)
            {
                throw Unloadable(handlerName, error.InnerException ?? error);
            }
        }

        private static Assembly LoadAssembly(string path)
        {
            var folder = Path.GetDirectoryName(Path.GetFullPath(path));
            AssemblyLoadContext.Default.Resolving += (context, name) =>
            {
                // What the list of dependencies does not name may still lie beside the function.
                var file = Path.Combine(folder, name.Name + ".dll");
                return File.Exists(file) ? context.LoadFromAssemblyPath(file) : null;
            };
            return AssemblyLoadContext.Default.LoadFromAssemblyPath(Path.GetFullPath(path));
        }

        private static LoadException Unloadable(string handlerName, Exception cause)
        {
            return new LoadException($"handler '{handlerName}' cannot be loaded: {Stacks.Summary(cause)}", cause);
        }
    }
}
