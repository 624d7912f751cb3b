# frozen_string_literal: true

require_relative "clock"

module HksHost
  # What a handler is told about its call.
  class Context
    @loggers = {}
    @lock = Mutex.new

    # One for all calls, so that what a handler sets there stays.
    def self.logger(name)
      @lock.synchronize do
        @loggers[name] ||= begin
          require_relative "call_logger"
          CallLogger.new(name)
        end
      end
    end

    def initialize(call, settings)
      @call = call
      @settings = settings
    end

    # Names this call; also in every log line that it writes.
    def request_id
      @call.request_id
    end

    def function_name
      @settings.function_name
    end

    def function_version
      @settings.function_version
    end

    # 0 where no limit is set.
    def memory_limit_in_mb
      @settings.memory_limit_in_mb
    end

    # `http`, `event`, `scheduled` or `stream`.
    def type
      @settings.type
    end

    # The caller's trace context, to hand on (W3C Trace Context).
    def traceparent
      @call.request.header("traceparent")
    end

    def tracestate
      @call.request.headers["tracestate"]&.join(",")
    end

    # A Logger; what it writes carries the request id.
    def logger
      Context.logger(@settings.function_name)
    end

    # How long the call may still run.
    def remaining_time_in_millis
      [0, ((@call.deadline - Clock.now) * 1000).to_i].max
    end
    alias get_remaining_time_in_millis remaining_time_in_millis
  end
end
