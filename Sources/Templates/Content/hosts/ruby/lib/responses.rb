# frozen_string_literal: true

require_relative "json_text"

module HksHost
  # A request that the function's type has no use for.
  class Refusal < StandardError
    attr_reader :status

    def initialize(status, message)
      super(message)
      @status = status
    end
  end

  # One answer. Header names and values are safe to send; a stream is an object whose `each` yields the body.
  class Response
    attr_reader :status, :headers
    attr_accessor :body, :stream

    def initialize(status, headers = [], body = "", stream: nil)
      @status = status
      @headers = headers
      @body = body
      @stream = stream
    end

    # Whether an answer with this status may have a body (RFC 9110, 6.4.1).
    def body?
      @status >= 200 && ![204, 205, 304].include?(@status)
    end
  end

  # Answers' form on the wire.
  module Responses
    CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n"
    TEXT = "text/plain; charset=utf-8"
    JSON = "application/json"
    BINARY = "application/octet-stream"
    LINES = "application/x-ndjson"

    DAYS = %w[Sun Mon Tue Wed Thu Fri Sat].freeze
    MONTHS = %w[Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec].freeze
    PHRASES = {
      200 => "OK", 201 => "Created", 202 => "Accepted", 203 => "Non-Authoritative Information", 204 => "No Content",
      205 => "Reset Content", 206 => "Partial Content", 207 => "Multi-Status", 300 => "Multiple Choices",
      301 => "Moved Permanently", 302 => "Found", 303 => "See Other", 304 => "Not Modified",
      307 => "Temporary Redirect", 308 => "Permanent Redirect", 400 => "Bad Request", 401 => "Unauthorized",
      402 => "Payment Required", 403 => "Forbidden", 404 => "Not Found", 405 => "Method Not Allowed",
      406 => "Not Acceptable", 408 => "Request Timeout", 409 => "Conflict", 410 => "Gone", 411 => "Length Required",
      412 => "Precondition Failed", 413 => "Content Too Large", 414 => "URI Too Long",
      415 => "Unsupported Media Type", 416 => "Range Not Satisfiable", 417 => "Expectation Failed",
      418 => "I'm a Teapot", 421 => "Misdirected Request", 422 => "Unprocessable Content", 423 => "Locked",
      424 => "Failed Dependency", 425 => "Too Early", 426 => "Upgrade Required", 428 => "Precondition Required",
      429 => "Too Many Requests", 431 => "Request Header Fields Too Large", 451 => "Unavailable For Legal Reasons",
      500 => "Internal Server Error", 501 => "Not Implemented", 502 => "Bad Gateway", 503 => "Service Unavailable",
      504 => "Gateway Timeout", 505 => "HTTP Version Not Supported", 507 => "Insufficient Storage"
    }.freeze

    @date = [0, ""]

    class << self
      # An answer that says what went wrong as JSON.
      def error(status, message, details = {})
        Response.new(status, [["content-type", JSON]], JSONText.dump({ "error" => message, **details }))
      end

      # The whole of an answer that is not streamed.
      def encode(response, method, close)
        body = response.body? ? response.body : ""
        lines = head_lines(response, close)
        # Without a body there is no telling how long the answer to GET would be.
        lines << "content-length: #{body.bytesize}" if response.body? && !(body.empty? && method == "HEAD")
        head = to_wire(lines)
        method == "HEAD" ? head : head << body.b
      end

      # The head of an answer that is streamed.
      def encode_stream_head(response, chunked, close)
        lines = head_lines(response, close)
        lines << "transfer-encoding: chunked" if chunked
        to_wire(lines)
      end

      private

      def head_lines(response, close)
        lines = ["HTTP/1.1 #{response.status} #{PHRASES[response.status]}", "date: #{date}"]
        response.headers.each { |name, value| lines << "#{name}: #{value}" }
        lines << "connection: close" if close
        lines
      end

      def to_wire(lines)
        (lines.join("\r\n") << "\r\n\r\n").b
      end

      # The time in the fixed form of RFC 9110, made once a second. Used on the server's thread only.
      def date
        now = Time.now.to_i
        if @date[0] != now
          t = Time.at(now).utc
          day = "#{DAYS[t.wday]}, #{t.strftime("%d")} #{MONTHS[t.month - 1]}"
          @date = [now, "#{day} #{t.strftime("%Y %H:%M:%S")} GMT"]
        end
        @date[1]
      end
    end
  end
end
