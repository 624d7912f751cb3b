extension LanguageCases {
    static let dotnet = LanguageCases(
        failureMark: "at Function.",
        broken: [
            Broken(
                handler: "Function::Handle",
                files: ["Function.cs": "public static class Function { public static object Handler() => null; }\n"],
                fails: .building,
                reason: "handler 'Function::Handle' not found; Function has: Handler"
            ),
            Broken(
                handler: "Function::Handler",
                files: ["Other.cs": "namespace Shop { public static class Other { public static void Run() {} } }\n"],
                fails: .building,
                reason:
                    "handler 'Function::Handler' not found; there is no type 'Function' (handlers here: Shop.Other::Run)"
            ),
            Broken(
                handler: "Function::Handler",
                files: ["notes.txt": ""],
                fails: .building,
                reason: "there is no project and no C# file"
            ),
            Broken(
                handler: "Function::Handler",
                files: ["a.csproj": "<Project />", "b.csproj": "<Project />"],
                fails: .building,
                reason: "there are several projects: 'a.csproj', 'b.csproj'"
            ),
            Broken(
                handler: "Function::Handler",
                files: ["src/Function.cs": "", "Near.cs": "\npublic class Near {\n    int n = nowhere;\n}\n"],
                fails: .building,
                reason: "error CS0103 in Near.cs:3: ",
                trace: "nowhere"
            ),
            Broken(
                handler: "Function::Handler",
                files: [
                    "Function.cs": "public static class Function { public static int Handler(int a, int b) => b; }\n"
                ],
                fails: .building,
                reason: "handler 'Function::Handler' takes a second argument of type Int32, which is no context"
            ),
            Broken(
                handler: "Function::Handler",
                files: ["Function.cs": "public static class Function { static int Handler() => 1; }\n"],
                fails: .building,
                reason: "handler 'Function::Handler' is not public"
            ),
            Broken(handler: "../Function::Handler", files: ["F.cs": ""], fails: .building, reason: "is malformed"),
            Broken(
                handler: "Function::Handler",
                files: [
                    "Function.cs": """
                    using System;
                    public static class Function
                    {
                        private static readonly int Table = Load();
                        private static int Load() { throw new InvalidOperationException("no table"); }
                        public static object Handler() => Table;
                    }
                    """
                ],
                reason: "handler 'Function::Handler' cannot be loaded: System.InvalidOperationException: no table",
                trace: "at Function.Load()"
            ),
            Broken(
                handler: "Function::Handler",
                files: [
                    "Function.cs": """
                    public class Function
                    {
                        public Function() { System.Environment.Exit(0); }
                        public object Handler() => null;
                    }
                    """
                ],
                reason: "handler 'Function::Handler' cannot be loaded: it ended the process"
            ),
        ],
        placed: [
            Placed(
                handler: "Shop.Inner::Run",
                files: [
                    "Shop.csproj": """
                    <Project Sdk="Microsoft.NET.Sdk">
                      <PropertyGroup>
                        <TargetFramework>net8.0</TargetFramework>
                        <AssemblyName>Acme.Shop</AssemblyName>
                      </PropertyGroup>
                    </Project>
                    """,
                    "src/Inner.cs": """
                    using System.Threading.Tasks;
                    namespace Shop
                    {
                        public class Inner
                        {
                            public async Task<string> Run(Order order)
                            {
                                await Task.Yield();
                                return order.HttpMethod == "GET" ? Near.Name : "far";
                            }
                        }
                        public class Order { public string HttpMethod { get; set; } }
                    }
                    """,
                    "src/Near.cs":
                        "namespace Shop { internal static class Near { internal const string Name = \"near\"; } }\n",
                ],
                answer: "near"
            ),
            Placed(
                handler: "Handler",
                files: ["Only.cs": "public static class Only { public static string Handler() => \"alone\"; }\n"],
                answer: "alone"
            ),
        ]
    )
}
