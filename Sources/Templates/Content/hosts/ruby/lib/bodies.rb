# frozen_string_literal: true

require_relative "json_text"
require_relative "responses"

module HksHost
  # Bodies of requests as handlers get them.
  module Bodies
    JSON_TYPE = %r{\A(?:application/json|text/json|[^/;]+/[^/;]+\+json)\z}i.freeze
    # Always handed over as Base64, even where a body happens to be valid UTF-8.
    BINARY_TYPE = %r{\A(?:(?:image|audio|video|font)/|multipart/|
                       application/(?:octet-stream|pdf|zip|gzip|x-tar|x-gzip|wasm)\z)}xi.freeze

    class << self
      # The content type without its parameters.
      def media_type(request)
        (request.header("content-type") || "").partition(";").first.strip.downcase
      end

      # Whether bodies of this type are JSON.
      def json?(media)
        JSON_TYPE.match?(media)
      end

      # The body as text, or as Base64 where it is not text, and whether it is Base64.
      def read(request)
        return [nil, false] if request.body.empty?

        unless request.headers.key?("content-encoding") || BINARY_TYPE.match?(media_type(request))
          text = request.body.dup.force_encoding(Encoding::UTF_8)
          return [text, false] if text.valid_encoding?
        end
        [[request.body].pack("m0"), true]
      end

      # The value that the whole body is. Raises Refusal.
      def value(request)
        JSONText.load(request.body)
      rescue JSON::ParserError
        raise Refusal.new(400, "the body of a direct call must be JSON")
      end

      # The value of a text where it is JSON, else nil.
      def data(request, text)
        media = media_type(request)
        return nil if text.nil? || !(media.empty? || json?(media))

        JSONText.load(text)
      rescue JSON::ParserError
        nil
      end
    end
  end
end
