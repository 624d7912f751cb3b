# frozen_string_literal: true

require_relative "bodies"
require_relative "http_result"
require_relative "json_text"
require_relative "responses"
require_relative "texts"

module HksHost
  # Reads CloudEvents 1.0.2 over HTTP: binary, structured and batched.
  #
  # https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/bindings/http-protocol-binding.md
  module CloudEvents
    STRUCTURED = "application/cloudevents+json"
    BATCHED = "application/cloudevents-batch+json"
    REQUIRED = %w[specversion id source type].freeze
    DATA = %w[data data_base64].freeze
    ATTRIBUTE_NAME = /\A[a-z0-9]+\z/.freeze

    class << self
      # The events of a request. Raises Refusal.
      def parse(request)
        media = Bodies.media_type(request)
        return [check(load(request))] if media == STRUCTURED
        return batch(load(request)) if media == BATCHED

        if media.start_with?("application/cloudevents")
          raise Refusal.new(415, "CloudEvents in the form '#{media}' are not read; send JSON")
        end

        no_event("it has no ce-specversion header") unless request.headers.key?("ce-specversion")
        [check(from_headers(request))]
      end

      private

      def no_event(reason)
        raise Refusal.new(400, "the request is not a CloudEvent: #{reason}")
      end

      def load(request)
        JSONText.load(request.body)
      rescue JSON::ParserError
        no_event("its body is not JSON")
      end

      def batch(events)
        raise Refusal.new(400, "a batch of CloudEvents must be a JSON array") unless events.is_a?(Array)

        events.map { |event| check(event) }
      end

      def check(event)
        no_event("a JSON object is expected") unless event.is_a?(Hash)
        # In the JSON format an attribute that is null is absent.
        event = event.reject { |name, value| value.nil? && name != "data" }
        check_required(event)
        no_event("it has both 'data' and 'data_base64'") if event.key?("data") && event.key?("data_base64")
        event.each do |name, value|
          is_fine = DATA.include?(name) || (ATTRIBUTE_NAME.match?(name) && attribute?(value))
          no_event("attribute '#{name}' is malformed") unless is_fine
        end
        event["data"] = nil unless event.key?("data") || event.key?("data_base64")
        event
      end

      def check_required(event)
        REQUIRED.each do |name|
          is_there = event[name].is_a?(String) && !event[name].empty?
          no_event("attribute '#{name}' is missing or not a text") unless is_there
        end
        version = event["specversion"]
        raise Refusal.new(400, "CloudEvents of version '#{version}' are not read, only 1.0") unless version == "1.0"
      end

      def attribute?(value)
        [String, Integer, TrueClass, FalseClass].any? { |type| value.is_a?(type) }
      end

      def from_headers(request)
        event = {}
        request.headers.each do |name, values|
          next unless name.start_with?("ce-")

          no_event("header '#{name}' is repeated") if values.length > 1
          event[name.delete_prefix("ce-")] = decode_value(name, values.first)
        end
        content_type = request.header("content-type")
        event["datacontenttype"] = content_type unless content_type.nil? || content_type.empty?
        event.merge(data(request))
      end

      def data(request)
        body, is_base64 = Bodies.read(request)
        return { "data_base64" => body } if is_base64
        return {} if body.nil?

        media = Bodies.media_type(request)
        return { "data" => body } unless media.empty? || Bodies.json?(media)

        value = Bodies.data(request, body)
        no_event("its data is not the JSON that its type promises") if value.nil? && body.strip != "null"
        { "data" => value }
      end

      def decode_value(name, value)
        value = value[1..-2].gsub(/\\(.)/, '\1') if value.length >= 2 && value.start_with?('"') && value.end_with?('"')
        bytes = Texts.to_latin1(value).gsub(/%([0-9A-Fa-f]{2})/n) { [Regexp.last_match(1)].pack("H2") }
        text = bytes.force_encoding(Encoding::UTF_8)
        text.valid_encoding? ? text : no_event("header '#{name}' is not UTF-8")
      end
    end
  end
end
