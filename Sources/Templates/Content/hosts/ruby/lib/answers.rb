# frozen_string_literal: true

require "socket"
require_relative "clock"
require_relative "responses"

module HksHost
  # The half of a connection that sends.
  module Answers
    # Bytes of a streamed answer that wait for the client before its handler is held up.
    MAX_UNSENT = 256 * 1024
    SEND_SIZE = 256 * 1024
    # How long a refused client may go on sending; cutting at once could take the answer away from it.
    LINGER_SECONDS = 2

    # Sends the answer of a call, if its caller still waits.
    def answer(call, response)
      return unless call.equal?(@call)

      @call = nil
      send_response(response)
    end

    # Sends the head of a streamed answer.
    def begin_stream(call, outlet)
      return outlet.close unless call.equal?(@call) && @state == :calling

      @closes = must_close? || @request.http10?
      @state = :streaming
      @outlet = outlet
      write(Responses.encode_stream_head(outlet.response, !@request.http10?, @closes))
      outlet.close if @request.method == "HEAD"
    end

    # Sends a part of a streamed answer.
    def send_piece(outlet, piece)
      return outlet.close if !outlet.equal?(@outlet) || outlet.closed?

      write(@request.http10? ? piece : "#{piece.bytesize.to_s(16)}\r\n".b << piece << "\r\n") unless piece.empty?
      outlet.taken if @out.bytesize - @sent <= MAX_UNSENT
    end

    # A streamed answer is complete.
    def end_stream(outlet)
      return unless outlet.equal?(@outlet)

      has_chunks = !@request.http10? && !outlet.closed?
      @outlet = @call = nil
      @state = :flushing
      write(has_chunks ? "0\r\n\r\n" : "")
    end

    # A streamed answer failed; closing without its end tells the client.
    def break_off(outlet)
      close if outlet.equal?(@outlet)
    end

    private

    def start_answers
      @out = "".b
      # How much of that has left.
      @sent = 0
      @request = @call = @outlet = nil
    end

    def end_answers
      @call = nil
      outlet = @outlet
      @outlet = nil
      outlet&.close
    end

    def unsent?
      @sent < @out.bytesize
    end

    def send_response(response)
      @closes = must_close?
      @state = :flushing
      write(Responses.encode(response, @request.method, @closes))
    end

    def must_close?
      @server.draining? || !@request.keep_alive?
    end

    def write(data)
      is_first = !unsent?
      @out << data
      return after_write unless is_first

      flush
    rescue SystemCallError, IOError
      close
    end

    def flush
      while unsent?
        count = @socket.write_nonblock(@out.byteslice(@sent, SEND_SIZE), exception: false)
        break if count == :wait_writable

        @sent += count
      end
      compact
      after_write
    end

    def compact
      if !unsent?
        @out = "".b
        @sent = 0
      elsif @sent > @out.bytesize / 2
        @out = @out.byteslice(@sent, @out.bytesize)
        @sent = 0
      end
    end

    def after_write
      watch
      if unsent?
        limit = Clock.now + @settings.io_timeout
        return set_deadline(@call ? [limit, @call.deadline].min : limit)
      end
      if @state == :flushing
        finish
      elsif @state == :streaming
        set_deadline(@call.deadline)
        @outlet.taken
      end
    end

    # An answer has left.
    def finish
      @request = nil
      return part if @closes

      @state = :idle
      read_on(true) unless @reads || @is_half_closed
      if @reader.buffered.positive? || @is_half_closed
        # Not at once: a long row of requests would nest as deep.
        @server.later { advance }
      else
        await_more
      end
    end

    # Closes so that the client still gets the whole answer.
    def part
      return close if @lingered.zero? || @is_half_closed

      @socket.shutdown(Socket::SHUT_WR)
      @state = :lingering
      read_on(true)
      set_deadline(Clock.now + LINGER_SECONDS)
    rescue Errno::ENOTCONN
      close
    end
  end
end
