# frozen_string_literal: true

require "securerandom"
require_relative "clock"
require_relative "logs"

module HksHost
  # Raised in the thread of a call that has run out of time. No StandardError, so that a plain `rescue` lets it pass.
  class TimeIsOver < Exception
    def initialize(message = "the call has run out of time")
      super
    end
  end

  # One request on its way through the handler.
  class Call
    REQUEST_ID = /\A[!-~]{1,128}\z/.freeze
    TRACE = /\A(?!ff)[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?\z/.freeze

    attr_reader :request, :connection, :deadline, :lines

    # The deadline is on the clock of Clock.now.
    def initialize(request, connection, deadline)
      @request = request
      @connection = connection
      @deadline = deadline
      @lines = Logs::CallLines.new(given_id || SecureRandom.hex(16), trace_id)
      @lock = Mutex.new
      @thread = nil
      @overdue = false
    end

    def request_id
      @lines.request_id
    end

    # Whether its caller was told that it took too long.
    def overdue?
      @overdue
    end

    # Runs the block in the name of the call, on this thread.
    def own_thread
      Logs.current = @lines
      @lock.synchronize { @thread = Thread.current }
      yield
    ensure
      @lock.synchronize { @thread = nil }
      Logs.current = nil
      @lines.finish
    end

    # Lets the block, which is the user's code, be stopped.
    def stoppable(&block)
      raise TimeIsOver if @overdue

      Thread.handle_interrupt(TimeIsOver => :immediate, &block)
    end

    # Its time is over: stops what runs.
    def stop
      @lock.synchronize do
        @overdue = true
        @thread&.raise(TimeIsOver)
      end
    end

    private

    def trace_id
      TRACE.match(@request.header("traceparent") || "")&.[](1)
    end

    def given_id
      given = @request.header("x-request-id")
      given if given&.match?(REQUEST_ID)
    end
  end
end
