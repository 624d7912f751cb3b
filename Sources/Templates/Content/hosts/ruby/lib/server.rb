# frozen_string_literal: true

require_relative "clock"
require_relative "connection"
require_relative "dispatcher"
require_relative "listeners"
require_relative "logs"
require_relative "responses"
require_relative "selector"
require_relative "stacks"

module HksHost
  # The server's thread: connections, deadlines and the orderly stop.
  class Server
    # How long new connections wait when the process is out of file descriptors.
    ACCEPT_PAUSE = 0.5
    EXHAUSTED = [Errno::EMFILE, Errno::ENFILE, Errno::ENOBUFS, Errno::ENOMEM].freeze

    attr_reader :settings, :selector, :dispatcher

    # Serves one application until the process is told to stop.
    def initialize(settings, application)
      @settings = settings
      @selector = Selector.new
      @dispatcher = Dispatcher.new(self, application, settings.concurrency)
      @listeners = Listeners.new
      @accepts = false
      @connections = {}.compare_by_identity
      @posted = Thread::Queue.new
      @next_sweep = nil
      @stop_requested = false
      @is_draining = false
      @drain_end = 0.0
    end

    # Opens the listeners. Raises ListenError.
    def listen
      @listeners.open(@settings)
      resume_accepting
    end

    # Serves until a stop is requested, then until the calls that run have ended or their time is over.
    def run
      turn until finished?
    end

    # For a signal's handler.
    def request_stop
      @stop_requested = true
      @selector.wake
    end

    def draining?
      @is_draining
    end

    # Answers the platform's health checks; nil where a request is none.
    def probe(request)
      case request.path
      when "/health/readiness" then is_well = !@is_draining
      when "/health/liveness" then is_well = !@dispatcher.stuck?
      else return nil
      end
      return Responses.error(405, "health checks are read with GET") unless %w[GET HEAD].include?(request.method)

      Response.new(is_well ? 200 : 503, [["content-type", Responses::TEXT]])
    end

    # Has the server's thread call the block soon.
    def post(&block)
      @posted << block
      @selector.wake
    end

    # Calls the block soon; for the server's thread itself.
    def later(&block)
      @posted << block
    end

    # A connection has closed.
    def forget(connection)
      @connections.delete(connection)
    end

    # Makes sure that the deadlines are looked at by then.
    def watch_deadline(deadline)
      @next_sweep = deadline if @next_sweep.nil? || deadline < @next_sweep
    end

    private

    def turn
      timeout = @next_sweep && [0, @next_sweep - Clock.now].max
      timeout = 0 unless @posted.empty?
      @selector.select(timeout) { |callback, kind| guard { callback.call(kind) } }
      @posted.length.times { guard(&@posted.pop) }
      drain if @stop_requested && !@is_draining
      sweep if @next_sweep && Clock.now >= @next_sweep
    end

    # A fault in serving one connection must not end the others.
    def guard
      yield
    rescue StandardError => error
      Logs.log("error", "the host failed: #{Stacks.describe(error)}\n#{error.backtrace&.first}")
    end

    def sweep
      now = Clock.now
      @next_sweep = nil
      @connections.keys.each do |connection|
        connection.deadline <= now ? guard { connection.on_deadline } : watch_deadline(connection.deadline)
      end
      if @is_draining
        watch_deadline(@drain_end)
      elsif !@accepts
        resume_accepting
      end
    end

    # Accepting

    def resume_accepting
      @accepts = true
      @listeners.each { |listener| @selector.watch(listener, proc { accept(listener) }, read: true) }
    end

    def pause_accepting
      @accepts = false
      @listeners.each { |listener| @selector.forget(listener) }
    end

    def accept(listener)
      while @accepts
        socket, address = listener.accept_nonblock(exception: false)
        return if socket == :wait_readable

        admit(socket, address)
      end
    rescue *EXHAUSTED => error
      Logs.log("warn", "new connections wait: #{error.class.new.message}")
      pause_accepting
      watch_deadline(Clock.now + ACCEPT_PAUSE)
    rescue Errno::ECONNABORTED, Errno::ECONNRESET, Errno::EPROTO, Errno::EINTR
      # Gone before it was served.
      nil
    end

    def admit(socket, address)
      socket.setsockopt(Socket::IPPROTO_TCP, Socket::TCP_NODELAY, 1) if address.ip?
      connection = Connection.new(self, socket, address.ip? ? address.ip_address : nil)
      @connections[connection] = true
      watch_deadline(connection.deadline)
    end

    # Stopping

    def drain
      @is_draining = true
      @drain_end = Clock.now + @settings.drain
      watch_deadline(@drain_end)
      if @accepts
        # Clients whose connection the system has accepted already are served.
        @listeners.each { |listener| guard { accept(listener) } }
        pause_accepting
      end
      @listeners.close
      @connections.keys.each { |connection| guard { connection.on_drain } }
    end

    def finished?
      return false unless @is_draining
      return true if @connections.empty? && @dispatcher.running.zero? && @posted.empty?
      return false if Clock.now < @drain_end

      if @dispatcher.running.positive?
        Logs.log("warn", format("stopped after %g s, calls unfinished: %d", @settings.drain, @dispatcher.running))
      end
      true
    end
  end
end
