/// The handlers of the contract, the same in every language.
enum HostFixtures {
    static let python = #"""
        import asyncio
        import logging
        import sys
        import threading
        import time

        gate = threading.Semaphore(0)
        running = 0
        most = 0
        print("outside of calls")


        def echo(event, context):
            return event


        def reflect(event):
            """The request's JSON is the result."""
            return event["data"]


        def nothing():
            pass


        def raw(event, context):
            return bytes([0, 255, 10])


        def raw_body(event, context):
            return {"statusCode": 201, "body": bytes([0, 255]), "headers": {"Content-Type": "image/x-dots"}}


        def fail(event, context):
            print("about to fail")
            raise ValueError("secret 42")


        def leave(event, context):
            if event["path"] == "/leave":
                sys.exit(3)
            if event["path"] == "/interrupt":
                raise KeyboardInterrupt
            return "still here"


        def slow(event, context):
            print("begun")
            time.sleep(float(event["query"]["s"]))
            return "done"


        async def slow_async(event, context):
            print("begun")
            await asyncio.sleep(float(event["query"]["s"]))
            return "done"


        async def crowd(event, context):
            global running, most
            running += 1
            most = max(most, running)
            await asyncio.sleep(0.05)
            running -= 1
            return most


        async def talk(event, context):
            name = event["query"]["name"]
            print(f"first {name}")
            await asyncio.sleep(0.05)
            print(f"second {name}", file=sys.stderr)
            context.logger.warning("third %s", name)
            print('{"level": "debug", "message": "fourth %s", "colour": "red"}' % name)
            print(f"fifth {name}", end="")
            return "talked"


        def stream(event, context):
            for number in range(3):
                yield f"line {number}\n"


        def stream_fail(event, context):
            yield "a"
            raise ValueError("broken")


        def flood(event, context):
            return (b"x" * 65536 for _ in range(64))


        def big(event, context):
            return "x" * 8_000_000


        def tell(event, context):
            return {
                "request_id": context.request_id,
                "function_name": context.function_name,
                "function_version": context.function_version,
                "memory": context.memory_limit_in_mb,
                "remaining": context.get_remaining_time_in_millis(),
                "traceparent": context.traceparent,
                "tracestate": context.tracestate,
                "type": context.type,
            }


        def unsendable(event, context):
            return {"value": object()}


        def reply(event, context):
            """Answers an event with one that holds it."""
            return {"type": "test.reply", "source": "/tést", "data": event}


        def quiet(event, context):
            return None if event["data"] is None else event["data"]


        def refuse_event(event, context):
            raise ValueError("not now")
        """#

    static let nodejs = #"""
        import { setTimeout as delay } from "node:timers/promises";

        let running = 0;
        let most = 0;
        console.log("outside of calls");

        export const echo = (event) => event;
        export const reflect = (event) => event.data;
        export function nothing() {}
        export const raw = async () => Buffer.from([0, 255, 10]);
        export const raw_body = () => ({
          statusCode: 201,
          body: new Uint8Array([0, 255]),
          headers: { "Content-Type": "image/x-dots" },
        });

        export function fail() {
          console.log("about to fail");
          throw new TypeError("secret 42");
        }

        export async function leave(event) {
          if (event.path === "/leave") process.exit(3);
          if (event.path === "/interrupt") {
            setTimeout(() => {
              throw new Error("thrown from a timer");
            }, 1);
            await new Promise(() => {});
          }
          return "still here";
        }

        export async function slow(event) {
          console.log("begun");
          await delay(Number(event.query.s) * 1000);
          return "done";
        }

        export const slow_async = slow;

        export async function crowd() {
          running += 1;
          most = Math.max(most, running);
          await delay(50);
          running -= 1;
          return most;
        }

        export async function talk(event, context) {
          const { name } = event.query;
          console.log("first %s", name);
          await delay(50);
          console.error(`second ${name}`);
          context.logger.warn(`third ${name}`);
          process.stdout.write(`{"level": "debug", "message": "fourth ${name}", "colour": "red"}\n`);
          process.stdout.write(`fifth ${name}`);
          return "talked";
        }

        export async function* stream() {
          for (let number = 0; number < 3; number += 1) yield `line ${number}\n`;
        }

        export async function* stream_fail() {
          yield "a";
          throw new Error("broken");
        }

        export function* flood() {
          for (let count = 0; count < 64; count += 1) yield Buffer.alloc(65536, "x");
        }

        export const big = () => "x".repeat(8_000_000);

        export const tell = (event, context) => ({
          request_id: context.requestId,
          function_name: context.functionName,
          function_version: context.functionVersion,
          memory: context.memoryLimitInMB,
          remaining: context.getRemainingTimeInMillis(),
          traceparent: context.traceparent,
          tracestate: context.tracestate,
          type: context.type,
        });

        export const unsendable = () => ({ value: 10n });

        export const reply = (event) => ({ type: "test.reply", source: "/tést", data: event });

        export const quiet = (event) => event.data ?? undefined;

        export function refuse_event() {
          throw new Error("not now");
        }
        """#
}
