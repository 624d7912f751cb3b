extension LanguageCases {
    static let ruby = LanguageCases(
        failureMark: "handler.rb",
        broken: [
            Broken(
                handler: "handler.handle",
                files: ["handler.rb": "def handler(event:, context:)\nend\n"],
                reason: "handler 'handler.handle' not found; handler.rb defines: handler"
            ),
            Broken(
                handler: "handler.handler",
                files: ["handler.rb": "module Hello\n  def self.handler(event:)\n  end\nend\n"],
                reason: "handler 'handler.handler' not found; handler.rb defines: Hello.handler"
            ),
            Broken(
                handler: "handler.test",
                files: ["handler.rb": ""],
                reason: "handler 'handler.test' not found; handler.rb defines: no method"
            ),
            Broken(
                handler: "handler.handler",
                files: ["other.rb": ""],
                reason: "handler 'handler.handler' not found; there is no 'handler.rb' (Ruby files here: other.rb)"
            ),
            Broken(
                handler: "handler.handler",
                files: ["handler.rb": "require \"nowhere\"\n"],
                reason: "handler 'handler.handler' cannot be loaded: LoadError: cannot load such file -- nowhere",
                trace: "handler.rb:1:in "
            ),
            Broken(
                handler: "handler.handler",
                files: ["handler.rb": "def handler(:\nend\n"],
                reason: "(handler.rb:1)",
                trace: "def handler(:"
            ),
            Broken(
                handler: "handler.handler",
                files: ["handler.rb": "exit 0\n"],
                reason: "handler 'handler.handler' cannot be loaded: SystemExit: exit"
            ),
            Broken(
                handler: "handler.handler",
                files: ["handler.rb": "def handler(event:, name:)\nend\n"],
                reason: "handler 'handler.handler' asks for 'name:'; it is given 'event:' and 'context:'"
            ),
            Broken(
                handler: "handler.handler",
                files: ["handler.rb": "def handler(event, context, more)\nend\n"],
                reason: "handler 'handler.handler' takes 3 arguments; it is given event and context"
            ),
            Broken(handler: "../handler.handler", files: ["handler.rb": ""], reason: "is malformed"),
            Broken(handler: "handler", files: ["a.rb": "", "b.rb": ""], reason: "(Ruby files here: a.rb, b.rb)"),
        ],
        placed: [
            Placed(
                handler: "src/inner.run",
                files: [
                    "src/inner.rb": "require \"near\"\ndef run(event)\n  NEAR\nend\n",
                    "src/near.rb": "NEAR = \"near\"\n",
                ],
                answer: "near"
            ),
            Placed(handler: "handler", files: ["only.rb": "def handler\n  \"alone\"\nend\n"], answer: "alone"),
            Placed(
                handler: "handler.Hello::Greeter.call",
                files: [
                    "handler.rb":
                        "module Hello\n  class Greeter\n    def self.call(event, context:)\n"
                        + "      [event[\"path\"], context.type].join(\" \")\n    end\n  end\nend\n"
                ],
                answer: "/ http"
            ),
            Placed(
                handler: "handler.handler",
                files: ["handler.rb": "def handler(**given)\n  given.keys.join(\" \")\nend\n"],
                answer: "event context"
            ),
        ]
    )
}
