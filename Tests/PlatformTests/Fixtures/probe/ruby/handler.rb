# frozen_string_literal: true

# The handlers of the host contract; `PROBE` picks one.

require "json"

puts "outside of calls"

def handler(event:, context:)
  Probe.public_send(ENV.fetch("PROBE"), event, context)
end

module Probe
  @running = 0
  @most = 0
  @lock = Mutex.new

  class << self
    def echo(event, _context)
      event
    end

    # The request's JSON is the result.
    def reflect(event, _context)
      event["data"]
    end

    def nothing(_event, _context); end

    def raw(_event, _context)
      [0, 255, 10].pack("C*")
    end

    def raw_body(_event, _context)
      { statusCode: 201, body: [0, 255].pack("C*"), headers: { "Content-Type" => "image/x-dots" } }
    end

    def fail(_event, _context)
      puts "about to fail"
      raise ArgumentError, "secret 42"
    end

    def leave(event, _context)
      exit 3 if event["path"] == "/leave"
      raise Interrupt if event["path"] == "/interrupt"

      "still here"
    end

    def slow(event, _context)
      puts "begun"
      sleep event["query"]["s"].to_f
      "done"
    end

    # Waits in a thread of its own.
    def slow_async(event, _context)
      Thread.new do
        puts "begun"
        sleep event["query"]["s"].to_f
      end.join
      "done"
    end

    def crowd(_event, _context)
      @lock.synchronize do
        @running += 1
        @most = [@most, @running].max
      end
      sleep 0.05
      @lock.synchronize { @running -= 1 }
      @most
    end

    def talk(event, context)
      name = event["query"]["name"]
      puts "first #{name}"
      sleep 0.05
      Thread.new { warn "second #{name}" }.join
      context.logger.warn("third #{name}")
      STDOUT.puts JSON.generate(level: "debug", message: "fourth #{name}", colour: "red")
      print "fifth #{name}"
      "talked"
    end

    def stream(_event, _context)
      3.times.lazy.map { |number| "line #{number}\n" }
    end

    def stream_fail(_event, _context)
      Enumerator.new do |lines|
        lines << "a"
        raise "broken"
      end
    end

    def flood(_event, _context)
      Enumerator.new { |pieces| 64.times { pieces << ("x".b * 65_536) } }
    end

    def big(_event, _context)
      "x" * 8_000_000
    end

    def tell(_event, context)
      {
        request_id: context.request_id,
        function_name: context.function_name,
        function_version: context.function_version,
        memory: context.memory_limit_in_mb,
        remaining: context.remaining_time_in_millis,
        traceparent: context.traceparent,
        tracestate: context.tracestate,
        type: context.type
      }
    end

    def unsendable(_event, _context)
      { value: Object.new }
    end

    # Answers an event with one that holds it.
    def reply(event, _context)
      { type: "test.reply", source: "/tést", data: event }
    end

    # Of a batch, the records whose data is odd are to come again.
    def retry_odd(event, context)
      context.logger.info("batch of #{event["records"].length} from #{event["source"]}")
      odd = event["records"].select { |record| record["data"].odd? }
      { batchItemFailures: odd.map { |record| { id: record["id"] } } }
    end

    def log_event(event, context)
      context.logger.info(JSON.generate(event))
      nil
    end

    def unknown_failures(_event, _context)
      { batchItemFailures: [{ id: "never-sent" }] }
    end

    def quiet(event, _context)
      event["data"]
    end

    def refuse_event(_event, _context)
      raise ArgumentError, "not now"
    end
  end
end
