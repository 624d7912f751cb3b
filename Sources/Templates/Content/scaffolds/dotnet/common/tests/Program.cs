using System;
using System.Linq;
using System.Reflection;

/// <summary>Runs every method of FunctionTests; the exit status tells whether all passed.</summary>
public static class Program
{
    public static int Main()
    {
        var tests = typeof(FunctionTests).GetMethods(BindingFlags.Public | BindingFlags.Static)
            .Where(method => method.GetParameters().Length == 0);
        return tests.Count(test => !Passes(test)) == 0 ? 0 : 1;
    }

    private static bool Passes(MethodInfo test)
    {
        try
        {
            test.Invoke(null, null);
            Console.WriteLine($"ok      {test.Name}");
            return true;
        }
        catch (TargetInvocationException error)
        {
            Console.WriteLine($"FAILED  {test.Name}\n{error.InnerException}");
            return false;
        }
    }
}

/// <summary>What tests expect.</summary>
public static class Assert
{
    public static void Equal<T>(T expected, T actual)
    {
        if (!Equals(expected, actual)) throw new Exception($"expected: {expected}\nactual:   {actual}");
    }

    public static void Throws<TException>(Action action) where TException : Exception
    {
        try
        {
            action();
        }
        catch (TException)
        {
            return;
        }
        throw new Exception($"{typeof(TException).Name} was expected");
    }
}
