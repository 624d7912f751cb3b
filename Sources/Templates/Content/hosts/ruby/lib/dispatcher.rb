# frozen_string_literal: true

require_relative "call"
require_relative "logs"
require_relative "streams"
require_relative "workers"

module HksHost
  # Decides when a call may run. Used on the server's thread only, but for what workers run.
  class Dispatcher
    # Calls at once where the platform leaves the choice to the host.
    DEFAULT_LIMIT = 40

    attr_reader :running

    def initialize(server, application, concurrency)
      @server = server
      @application = application
      @limit = concurrency.zero? ? DEFAULT_LIMIT : concurrency
      @workers = Workers.new { |call| run(call) }
      @running = 0
      # Calls that still run although their callers have been told 504.
      @overdue = 0
      @waiting = []
    end

    # Whether every place is taken by a call that ran out of time and does not end.
    def stuck?
      @overdue >= @limit
    end

    # Starts a call, or lets it wait for a place.
    def submit(call)
      return @waiting << call unless @running < @limit

      @running += 1
      @workers.submit(call)
    end

    # The caller was told that the time is over, or is gone: stops the call.
    def give_up(call)
      @overdue += 1 unless @waiting.delete(call)
      call.stop
    end

    private

    # On a worker's thread.
    def run(call)
      response = nil
      call.own_thread do
        response = @application.respond(call)
        Pump.new(@server, @application, call, response).run if response.stream
      end
    ensure
      # A handler may have ended its thread, which no rescue sees.
      response ||= @application.failure(call, RuntimeError.new("the handler ended its thread"))
      @server.post do
        call.connection.answer(call, response) unless response.stream
        finish(call)
      end
    end

    def finish(call)
      @running -= 1
      @overdue -= 1 if call.overdue?
      submit(@waiting.shift) unless @waiting.empty?
    end
  end
end
