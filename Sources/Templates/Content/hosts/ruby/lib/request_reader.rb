# frozen_string_literal: true

require_relative "http1"

module HksHost
  # Collects the bytes of one connection and cuts requests from them (RFC 9112).
  class RequestReader
    MAX_HEAD = 32 * 1024
    # A chunk's size line with its extensions.
    MAX_CHUNK_LINE = 1024
    CHUNK_SIZE = /\A([0-9A-Fa-f]{1,15})(?:[ \t]*;[\t\x20-\x7e\x80-\xff]*)?\z/n.freeze

    def initialize(max_body)
      @max_body = max_body
      @buffer = "".b
      # The request whose body is on its way, and how many bytes it has in all; nil for a chunked one.
      @pending = nil
      @length = nil
      @expects_continue = false
    end

    # How many bytes wait.
    def buffered
      @buffer.bytesize
    end

    # Whether a head has been read and its body is on its way.
    def head?
      !@pending.nil?
    end

    # Whether no part of a request has arrived.
    def empty?
      @pending.nil? && @buffer.empty?
    end

    # Takes bytes from the connection.
    def feed(data)
      @buffer << data
    end

    # Whether the client waits for `100 Continue`; true once a request.
    def take_continue
      waits = @expects_continue && !@pending.nil? && @buffer.empty?
      @expects_continue = false if waits
      waits
    end

    # The next complete request, nil while it lacks bytes. Raises ProtocolError.
    def next_request
      return nil unless @pending || read_head
      return nil unless @length ? read_sized : read_chunks

      request = @pending
      @pending = nil
      request
    end

    private

    def drop(count)
      @buffer = @buffer.byteslice(count, @buffer.bytesize)
    end

    def read_head
      drop(2) while @buffer.start_with?("\r\n")
      stop = @buffer.index("\r\n\r\n")
      raise ProtocolError.new(431, "the request's head is too large") if (stop || @buffer.bytesize) >= MAX_HEAD

      if stop.nil?
        # The last byte may be the first half of a CRLF.
        RequestHead.forbid_controls(@buffer.delete_suffix("\r"), "head")
        return false
      end
      head = @buffer.byteslice(0, stop)
      drop(stop + 4)
      request = RequestHead.parse(head)
      @length = framing(request)
      @expects_continue = expectation(request)
      @pending = request
      true
    end

    # The length of the body, nil where it is chunked.
    def framing(request)
      lengths = request.headers["content-length"]
      codings = request.headers["transfer-encoding"]
      if codings
        raise ProtocolError.new(400, "Transfer-Encoding stands where it may not") if lengths || request.http10?
        return nil if codings.map(&:downcase) == ["chunked"]

        raise ProtocolError.new(501, "only the transfer coding 'chunked' is known")
      end
      return 0 if lengths.nil?

      is_fine = lengths.length == 1 && lengths.first.match?(/\A[0-9]{1,18}\z/)
      raise ProtocolError.new(400, "Content-Length is malformed") unless is_fine

      lengths.first.to_i.tap { |length| check_size(length) }
    end

    def expectation(request)
      expect = request.header("expect")
      return false if expect.nil? || request.http10?
      return @length != 0 if expect.downcase == "100-continue"

      raise ProtocolError.new(417, "only the expectation '100-continue' is known")
    end

    def check_size(size)
      return if size <= @max_body

      raise ProtocolError.new(413, "the request's body is larger than #{@max_body} bytes")
    end

    def read_sized
      return false if @buffer.bytesize < @length
      return true if @length.zero?

      @pending.body = @buffer.byteslice(0, @length)
      drop(@length)
      true
    end

    def read_chunks
      loop do
        stop = @buffer.index("\r\n")
        if (stop || @buffer.bytesize) >= MAX_CHUNK_LINE
          raise ProtocolError.new(400, "a chunk's size line is too long")
        end
        return false if stop.nil?

        size = chunk_size(@buffer.byteslice(0, stop))
        return read_trailers(stop) if size.zero?
        return false unless read_chunk(stop + 2, size)
      end
    end

    def chunk_size(line)
      match = CHUNK_SIZE.match(line) or raise ProtocolError.new(400, "a chunk's size is malformed")
      size = match[1].hex
      check_size(@pending.body.bytesize + size)
      size
    end

    def read_chunk(start, size)
      return false if @buffer.bytesize < start + size + 2
      unless @buffer.byteslice(start + size, 2) == "\r\n"
        raise ProtocolError.new(400, "a chunk is longer than its size says")
      end

      @pending.body << @buffer.byteslice(start, size)
      drop(start + size + 2)
      true
    end

    # Checks the trailer section and drops it.
    def read_trailers(size_line_end)
      # The size line's own CRLF may be the first half of the blank line.
      stop = @buffer.index("\r\n\r\n", size_line_end)
      if (stop || @buffer.bytesize) >= size_line_end + MAX_HEAD
        raise ProtocolError.new(431, "the request's trailers are too large")
      end
      return false if stop.nil?

      trailers = @buffer.byteslice(size_line_end + 2, [stop - size_line_end - 2, 0].max)
      RequestHead.forbid_controls(trailers, "trailer section")
      RequestHead.parse_fields(trailers.split("\r\n", -1)) unless trailers.empty?
      drop(stop + 4)
      true
    end
  end
end
