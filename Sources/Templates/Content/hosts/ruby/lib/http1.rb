# frozen_string_literal: true

require_relative "texts"

module HksHost
  # A request that is refused. What follows it on the connection cannot be trusted.
  class ProtocolError < StandardError
    attr_reader :status

    def initialize(status, message)
      super(message)
      @status = status
    end
  end

  # One request. Header names are in lower case; every header has its values in the order of arrival.
  class Request
    attr_reader :method, :path, :query, :headers
    # The body, complete when the request is; the address of the peer, nil on a Unix socket.
    attr_accessor :body, :remote

    def initialize(method, target, is_http10, headers)
      @method = method
      @path, _, @query = target.partition("?")
      @headers = headers
      @is_http10 = is_http10
      @body = "".b
    end

    def http10?
      @is_http10
    end

    # The first value of a header.
    def header(name)
      @headers[name]&.first
    end

    # Whether the client wants the connection to stay open.
    def keep_alive?
      options = (@headers["connection"] || []).join(",").downcase.split(",").map(&:strip)
      @is_http10 ? options.include?("keep-alive") : !options.include?("close")
    end
  end

  # The first lines of a request (RFC 9112), read strictly where leniency lets requests be smuggled.
  module RequestHead
    MAX_TARGET = 16 * 1024
    MAX_FIELDS = 200
    TOKEN = /\A[!\#$%&'*+\-.^_`|~0-9A-Za-z]+\z/.freeze
    # Control characters, and line ends that are not CRLF.
    MALFORMED = /[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)|(?<!\r)\n/n.freeze

    class << self
      # The request that a head stands for. Raises ProtocolError.
      def parse(head)
        forbid_controls(head, "head")
        first, *lines = Texts.from_latin1(head).split("\r\n", -1)
        method, target, is_http10 = parse_request_line(first || "")
        headers = parse_fields(lines)
        hosts = headers["host"] || []
        raise ProtocolError.new(400, "the request has no Host header") if hosts.empty? && !is_http10
        raise ProtocolError.new(400, "the request has several Host headers") if hosts.length > 1

        Request.new(method, target, is_http10, headers)
      end

      # Refuses what no head or trailer may hold.
      def forbid_controls(bytes, part)
        return unless MALFORMED.match?(bytes)

        raise ProtocolError.new(400, "the request's #{part} holds a forbidden character")
      end

      # The headers of lines without their ends.
      def parse_fields(lines)
        raise ProtocolError.new(431, "the request has too many headers") if lines.length > MAX_FIELDS

        lines.each_with_object({}) do |line, fields|
          name, colon, value = line.partition(":")
          # A folded line begins with a space, which no token does.
          raise ProtocolError.new(400, "a header line is malformed") if colon.empty? || !TOKEN.match?(name)

          (fields[name.downcase] ||= []) << value.gsub(/\A[ \t]+|[ \t]+\z/, "")
        end
      end

      private

      def parse_request_line(line)
        method, target, version, *more = line.split(/ /, -1)
        malformed = ProtocolError.new(400, "the request line is malformed")
        raise malformed if version.nil? || !more.empty? || !TOKEN.match?(method)
        raise malformed unless version.match?(%r{\AHTTP/[0-9]\.[0-9]\z})
        unless %w[HTTP/1.1 HTTP/1.0].include?(version)
          raise ProtocolError.new(505, "only HTTP/1.1 and HTTP/1.0 are spoken")
        end
        raise ProtocolError.new(414, "the request's target is too long") if target.length > MAX_TARGET

        target = path_of(target, method) unless target.start_with?("/")
        raise ProtocolError.new(400, "the request's target is malformed") if target.include?("\t")

        [method, target, version == "HTTP/1.0"]
      end

      # The path and query of a target in absolute form, as proxies send it.
      def path_of(target, method)
        return target if target == "*" && method == "OPTIONS"

        match = %r{\Ahttps?://[^/?#]+}i.match(target)
        raise ProtocolError.new(400, "the request's target is malformed") if match.nil?

        match.post_match.start_with?("/") ? match.post_match : "/#{match.post_match}"
      end
    end
  end
end
