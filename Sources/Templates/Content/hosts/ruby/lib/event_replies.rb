# frozen_string_literal: true

require "securerandom"
require_relative "bodies"
require_relative "cloud_events"
require_relative "http_result"
require_relative "responses"
require_relative "texts"

module HksHost
  # Writes CloudEvents that handlers reply with: one in binary mode, several as a batch.
  module EventReplies
    # What must be percent-encoded in a header: all but the printable ASCII characters, and space, quote and percent.
    MUST_ESCAPE = /[^\x21-\x7e]|["%]/n.freeze

    class << self
      # Whether a handler's result is meant as a CloudEvent; its keys are texts.
      def event?(value)
        %w[type source].all? { |name| value[name].is_a?(String) && !value[name].empty? }
      end

      # An answer with the attributes that the handler left to the host. Raises ResultError.
      def encode(events)
        events = events.map { |event| { "specversion" => "1.0", "id" => SecureRandom.hex(16), **event } }
        events.each { |event| (event.keys - CloudEvents::DATA).each { |name| check_name(name) } }
        return encode_one(events.first) if events.length == 1

        Response.new(200, [["content-type", CloudEvents::BATCHED]], HTTPResult.encode_json(events))
      end

      private

      def encode_one(event)
        response = Response.new(200)
        event.each do |name, value|
          next if CloudEvents::DATA.include?(name) || name == "datacontenttype" || value.nil?

          response.headers << ["ce-#{name}", encode_value(name, value)]
        end
        content_type = add_data(response, event)
        if content_type
          response.headers << ["content-type", HTTPResult.header_value("datacontenttype", content_type)]
        end
        response
      end

      def add_data(response, event)
        content_type = event["datacontenttype"]
        if event["data_base64"]
          answer = { "statusCode" => 200, "body" => event["data_base64"], "isBase64Encoded" => true }
          response.body = HTTPResult.to_response(answer).body
        elsif !event["data"].nil?
          response.body, content_type = encode_data(event["data"], content_type)
        end
        content_type
      end

      def check_name(name)
        return if CloudEvents::ATTRIBUTE_NAME.match?(name)

        raise ResultError, "#{name.inspect} is not the name of an attribute"
      end

      def encode_value(name, value)
        unless [String, Symbol, Integer, TrueClass, FalseClass].any? { |type| value.is_a?(type) }
          raise ResultError, "attribute '#{name}' must be a text, number or boolean"
        end

        Texts.scrubbed(value.to_s).b.gsub(MUST_ESCAPE) { |byte| format("%%%02X", byte.ord) }
      end

      def encode_data(data, content_type)
        return [data, content_type || Responses::BINARY] if data.is_a?(String) && data.encoding == Encoding::BINARY

        media = (content_type || "").partition(";").first.strip
        if data.is_a?(String) && content_type && !Bodies.json?(media)
          return [Texts.to_bytes(data), content_type]
        end

        [HTTPResult.encode_json(data), content_type || Responses::JSON]
      end
    end
  end
end
