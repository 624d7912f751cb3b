# frozen_string_literal: true

require_relative "bodies"
require_relative "http_result"
require_relative "texts"

module HksHost
  # What a handler of type http is given, and what becomes of its result: one request is one call.
  class HTTPMapping
    # Set by the platform only: the gateway takes it away from everyone else's requests.
    DIRECT = "x-hks-direct"

    def initialize(settings)
      @function_name = settings.function_name
    end

    # The `event` of the call; of a direct one it is the body's value itself. Raises Refusal.
    def events(call)
      [direct?(call) ? Bodies.value(call.request) : event(call)]
    end

    # The answer for the handler's result; that of a direct call is the result itself. Raises ResultError.
    def response(results, call)
      direct?(call) ? HTTPResult.to_document(results.first) : HTTPResult.to_response(results.first)
    end

    private

    def direct?(call)
      call.request.headers.key?(DIRECT)
    end

    def event(call)
      request = call.request
      headers = request.headers.to_h { |name, values| [name, values.join(name == "cookie" ? "; " : ", ")] }
      body, is_base64 = Bodies.read(request)
      {
        "httpMethod" => request.method,
        "path" => request.path,
        "headers" => headers,
        "multiValueHeaders" => request.headers,
        **query_fields(request.query),
        "cookies" => (headers["cookie"] || "").split(";").map(&:strip).reject(&:empty?),
        "body" => body,
        "isBase64Encoded" => is_base64,
        "data" => is_base64 ? nil : Bodies.data(request, body),
        "requestContext" => request_context(call, headers)
      }
    end

    def query_fields(query)
      parameters = Query.parse(query)
      single = parameters.transform_values(&:last)
      {
        "queryStringParameters" => single,
        "multiValueQueryStringParameters" => parameters,
        "query" => single.dup,
        "rawQueryString" => query
      }
    end

    def request_context(call, headers)
      request = call.request
      forwarded = headers["x-forwarded-for"]
      source = forwarded ? forwarded.split(",").first.to_s.strip : request.remote
      {
        "requestId" => call.request_id,
        "functionName" => @function_name,
        "httpMethod" => request.method,
        "path" => request.path,
        "protocol" => request.http10? ? "HTTP/1.0" : "HTTP/1.1",
        "requestTimeEpoch" => (Time.now.to_f * 1000).to_i,
        "identity" => { "sourceIp" => source, "userAgent" => headers["user-agent"] }
      }
    end
  end

  # The part of a target after the question mark.
  module Query
    class << self
      # The parameters in order; `a` and `a=` both are the empty text.
      def parse(query)
        query.split("&").reject(&:empty?).each_with_object({}) do |pair, parameters|
          name, _, value = pair.partition("=")
          (parameters[unquote(name)] ||= []) << unquote(value)
        end
      end

      private

      def unquote(text)
        return text if text.ascii_only? && !text.match?(/[%+]/)

        bytes = Texts.to_latin1(text).tr("+", " ").gsub(/%([0-9A-Fa-f]{2})/n) { [Regexp.last_match(1)].pack("H2") }
        bytes.force_encoding(Encoding::UTF_8).scrub
      end
    end
  end
end
