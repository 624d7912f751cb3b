# frozen_string_literal: true

require_relative "answers"
require_relative "call"
require_relative "clock"
require_relative "logs"
require_relative "request_reader"
require_relative "responses"

module HksHost
  # One client's connection: requests in, answers out, one at a time and in order. Used on the server's thread only.
  #
  # Its state is one of: idle, receiving, calling, streaming, flushing, lingering, closed.
  class Connection
    include Answers

    RECEIVE_SIZE = 64 * 1024
    # Bytes of further requests that are taken in while one runs.
    MAX_AHEAD = 64 * 1024
    # For how many bytes a refused client may go on sending before the connection is cut.
    MAX_LINGER = 64 * 1024 * 1024

    # When something must have happened.
    attr_reader :deadline

    def initialize(server, socket, remote)
      @server = server
      @settings = server.settings
      @socket = socket
      @remote = remote
      @reader = RequestReader.new(@settings.max_body)
      @state = :idle
      @reads = true
      @closes = false
      # Whether the client sends nothing more.
      @is_half_closed = false
      @lingered = 0
      @deadline = Clock.now + @settings.idle_timeout
      start_answers
      @callback = method(:on_event)
      watch
    end

    # The time for what is under way is over.
    def on_deadline
      case @state
      when :calling then time_out
      when :receiving then refuse(ProtocolError.new(408, "the request took too long to arrive"))
      else
        give_up("the answer took too long and was broken off") if @state == :streaming
        close
      end
    end

    # The server stops: a connection that is not in use closes.
    def on_drain
      # A request may have arrived that nobody has looked at yet.
      on_event(:read) if @state == :idle
      close if @state == :idle
    end

    private

    def on_event(kind)
      return if @state == :closed

      kind == :write ? flush : receive
    rescue SystemCallError, IOError
      close
    end

    def receive
      data = @socket.read_nonblock(RECEIVE_SIZE, exception: false)
      return if data == :wait_readable
      return on_half_close if data.nil?
      return linger(data.bytesize) if @state == :lingering

      @reader.feed(data)
      if between_answers?
        advance
      elsif @reader.buffered > MAX_AHEAD
        read_on(false)
      end
    end

    def between_answers?
      @state == :idle || @state == :receiving
    end

    def linger(size)
      @lingered += size
      close if @lingered > MAX_LINGER
    end

    def on_half_close
      @is_half_closed = true
      return close if between_answers? || @state == :lingering

      read_on(false)
    end

    # Goes on with what has been received.
    def advance
      return unless between_answers?

      request = @reader.next_request
      if request
        begin_call(request)
      elsif @is_half_closed
        close
      else
        await_more
      end
    rescue ProtocolError => error
      refuse(error)
    end

    def await_more
      now = Clock.now
      if @reader.empty?
        @state = :idle
        return @server.draining? ? close : set_deadline(now + @settings.idle_timeout)
      end
      if @state == :idle
        @state = :receiving
        @started = now
      end
      # A fixed end, whatever trickles in: a slow client gains nothing by sending single bytes.
      set_deadline(@started + (@settings.io_timeout * (@reader.head? ? 4 : 1)))
      write(Responses::CONTINUE) if @reader.take_continue
    end

    def begin_call(request)
      request.remote = @remote
      @request = request
      @state = :calling
      response = @server.probe(request)
      return send_response(response) if response

      @call = Call.new(request, self, Clock.now + @settings.timeout)
      set_deadline(@call.deadline)
      @server.dispatcher.submit(@call)
    end

    # Answers what is not a request that can be served; nothing after it on the connection is read.
    def refuse(error)
      @closes = true
      @state = :flushing
      @lingered = 1
      write(Responses.encode(Responses.error(error.status, error.message), "", true))
    end

    def time_out
      give_up(format("the call did not answer within %g s", @settings.timeout))
      @call = nil
      send_response(Responses.error(504, format("the function did not answer within %g s", @settings.timeout)))
    end

    def give_up(message)
      Logs.log("error", message, @call.lines)
      @server.dispatcher.give_up(@call)
    end

    def close
      return if @state == :closed

      @state = :closed
      @server.selector.forget(@socket)
      @socket.close
      @server.forget(self)
      end_answers
    end

    # The selector

    def read_on(reads)
      @reads = reads
      watch
    end

    def watch
      @server.selector.watch(@socket, @callback, read: @reads, write: unsent?)
    end

    def set_deadline(deadline)
      @deadline = deadline
      @server.watch_deadline(deadline)
    end
  end
end
