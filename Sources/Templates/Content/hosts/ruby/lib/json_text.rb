# frozen_string_literal: true

require "json"
require_relative "texts"

module HksHost
  # JSON as the host reads and writes it: compact, UTF-8, and only what is JSON.
  module JSONText
    # A value that has no form in JSON.
    class Unsendable < StandardError; end

    MAX_DEPTH = 512

    class << self
      # Encodes a value. Raises Unsendable.
      def dump(value)
        JSON.generate(plain(value, 0), max_nesting: 0)
      end

      # Decodes a text. Raises JSON::ParserError.
      def load(text)
        text = text.dup.force_encoding(Encoding::UTF_8) unless text.encoding == Encoding::UTF_8
        raise JSON::ParserError, "the text is not UTF-8" unless text.valid_encoding?

        JSON.parse(text, max_nesting: MAX_DEPTH)
      end

      private

      # JSON.generate writes `to_s` of whatever it does not know, which hides mistakes: here that is refused.
      def plain(value, depth)
        raise Unsendable, "it is nested too deeply" if depth > MAX_DEPTH

        case value
        when nil, true, false, Integer then value
        when String then text(value)
        when Symbol then value.to_s
        when Float then finite(value)
        when Hash then value.to_h { |key, item| [text(key.to_s), plain(item, depth + 1)] }
        when Array then value.map { |item| plain(item, depth + 1) }
        else converted(value, depth)
        end
      end

      def text(value)
        Texts.to_utf8(value) or raise Unsendable, "a text in it is not #{value.encoding}"
      end

      def finite(value)
        return value if value.finite?

        raise Unsendable, "#{value} is not a number of JSON"
      end

      def converted(value, depth)
        return value.strftime("%Y-%m-%dT%H:%M:%S.%L%:z") if value.is_a?(Time)
        return value.iso8601 if defined?(Date) && value.is_a?(Date)
        return value.to_s if value.is_a?(Numeric)
        return plain(value.as_json, depth + 1) if value.respond_to?(:as_json)
        return plain(load(value.to_json), depth + 1) if own_json?(value)
        return plain(value.to_a, depth + 1) if defined?(Set) && value.is_a?(Set)
        return plain(value.to_h, depth + 1) if record?(value)

        raise Unsendable, "#{Texts.with_article(value.class.to_s)} is not JSON"
      end

      # A Struct, a Data, an OpenStruct and the like.
      def record?(value)
        value.is_a?(Struct) || (value.respond_to?(:to_h) && !value.respond_to?(:each))
      end

      def own_json?(value)
        value.method(:to_json).owner != Object.instance_method(:to_json).owner
      end
    end
  end
end
