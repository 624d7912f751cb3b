# frozen_string_literal: true

require_relative "call"
require_relative "http_result"
require_relative "json_text"
require_relative "logs"
require_relative "stacks"
require_relative "texts"

module HksHost
  # The producer's end of a streamed answer; the connection has the other one.
  class Outlet
    attr_reader :response

    def initialize(server, call, response)
      @server = server
      @call = call
      @response = response
      @taken = Thread::Queue.new
      @closed = false
      @waits = false
      post { |connection| connection.begin_stream(call, self) }
    end

    # Whether nobody takes further pieces.
    def closed?
      @closed
    end

    # Hands on one piece and waits until the next one is welcome; false where that will not be.
    def send_piece(piece)
      post do |connection|
        @waits = true
        connection.send_piece(self, piece)
      end
      @taken.pop
      !@closed
    end

    # The answer is complete.
    def finish
      post { |connection| connection.end_stream(self) }
    end

    # The handler failed; the client sees that from an answer that breaks off.
    def abort(error)
      Logs.log("error", "the answer broke off: #{Stacks.describe(error)}", @call.lines) unless @call.overdue?
      post { |connection| connection.break_off(self) }
    end

    # Lets the producer go on. On the server's thread.
    def taken
      return unless @waits

      @waits = false
      @taken << true
    end

    # Nobody takes further pieces. On the server's thread.
    def close
      @closed = true
      taken
    end

    private

    def post
      @server.post { yield @call.connection }
    end
  end

  # Sends what the `each` of a result yields, at the pace at which the client takes it.
  class Pump
    def initialize(server, application, call, response)
      @server = server
      @application = application
      @call = call
      @response = response
      @stream = response.stream
      @outlet = nil
    end

    # Blocks the calling thread until the answer has ended. Never raises.
    def run
      # What it is where a handler ends its thread, which no rescue sees.
      error = RuntimeError.new("the handler ended its thread")
      @call.stoppable { send_all }
      error = nil
    rescue Exception => error
      # Told below.
    ensure
      error ? fail_with(error) : succeed
    end

    private

    def send_all
      @stream.each do |piece|
        data = encode(piece)
        # The first piece tells the kind of content, and may fail while there is time to say so.
        @outlet ||= begin
          HTTPResult.default_content_type(@response, HTTPResult.piece_type(piece))
          Outlet.new(@server, @call, @response)
        end
        break unless @outlet.send_piece(data)
      end
    ensure
      @stream.close if @stream.respond_to?(:close)
    end

    # Bytes as they are, text as UTF-8, everything else as a line of JSON.
    def encode(piece)
      piece.is_a?(String) ? Texts.to_bytes(piece) : "#{HTTPResult.encode_json(piece)}\n".b
    end

    def succeed
      @outlet ? @outlet.finish : answer(empty)
    end

    def fail_with(error)
      @outlet ? @outlet.abort(error) : answer(@application.failure(@call, error))
    end

    def empty
      Response.new(@response.status, @response.headers)
    end

    def answer(response)
      @server.post { @call.connection.answer(@call, response) }
    end
  end
end
