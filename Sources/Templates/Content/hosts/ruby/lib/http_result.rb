# frozen_string_literal: true

require_relative "json_text"
require_relative "responses"
require_relative "texts"

module HksHost
  # A result that cannot be sent.
  class ResultError < StandardError
    def initialize(reason)
      super("the handler's result cannot be sent: #{reason}")
    end
  end

  # The answer that a handler's result stands for.
  module HTTPResult
    # The fields of an answer. `status` alone is also a common field of data, so it only counts among these.
    ANSWER_FIELDS = %w[status headers multiValueHeaders cookies body isBase64Encoded].freeze
    # Headers that frame the answer or belong to the connection: the host sets them.
    OWN_HEADERS = %w[connection content-length keep-alive proxy-connection te trailer transfer-encoding upgrade].freeze
    TOKEN = /\A[!\#$%&'*+\-.^_`|~0-9A-Za-z]+\z/.freeze
    UNSAFE = /[\x00-\x08\x0a-\x1f\x7f]/n.freeze

    class << self
      # Maps a result. Raises ResultError.
      def to_response(result)
        if result.is_a?(Hash)
          fields = result.transform_keys(&:to_s)
          status = status(fields)
          return from_answer(status, fields) if status
        end
        with_body(Response.new(200), result)
      end

      # The whole result as JSON, whatever fields it has. Raises ResultError.
      def to_document(result)
        Response.new(200, [["content-type", Responses::JSON]], encode_json(result))
      end

      # The content type of a streamed answer, told by its first piece.
      def piece_type(piece)
        return Responses::LINES unless piece.is_a?(String)

        Texts.bytes?(piece) ? Responses::BINARY : Responses::TEXT
      end

      # Names the content where the handler did not.
      def default_content_type(response, content_type)
        return if response.headers.any? { |name, _| name == "content-type" }

        response.headers << ["content-type", content_type]
      end

      # A header's value as it goes on the wire: characters beyond ASCII as UTF-8. Raises ResultError.
      def header_value(name, value)
        text = Texts.to_bytes(value.to_s)
        raise ResultError, "header '#{name}' holds a control character" if UNSAFE.match?(text)

        text
      end

      # Encodes a result. Raises ResultError.
      def encode_json(value)
        JSONText.dump(value)
      rescue JSONText::Unsendable, JSON::JSONError => error
        raise ResultError, error.message
      end

      private

      def status(fields)
        %w[statusCode status_code].each { |name| return checked_status(name, fields[name]) if fields.key?(name) }
        value = fields["status"]
        checked_status("status", value) if value.is_a?(Integer) && (fields.keys - ANSWER_FIELDS).empty?
      end

      def checked_status(name, value)
        number = value.is_a?(String) && value.match?(/\A[0-9]{3}\z/) ? value.to_i : value
        return number if number.is_a?(Integer) && number.between?(200, 599)

        raise ResultError, "#{name} must be a number from 200 to 599, not #{value.inspect}"
      end

      def from_answer(status, fields)
        body = fields["body"]
        body = decode_base64(body) if fields["isBase64Encoded"] && body.is_a?(String)
        with_body(Response.new(status, headers(fields)), body)
      end

      def headers(fields)
        values = {}
        %w[multiValueHeaders headers].each do |field|
          given = fields[field] || {}
          raise ResultError, "#{field} must be a Hash" unless given.is_a?(Hash)

          given.each { |name, value| add_header(values, name, value) }
        end
        cookies = Array(fields["cookies"]).map { |cookie| header_value("set-cookie", cookie) }
        (values["set-cookie"] ||= []).concat(cookies) unless cookies.empty?
        OWN_HEADERS.each { |name| values.delete(name) }
        values.flat_map { |name, texts| texts.map { |text| [name, text] } }
      end

      def add_header(values, name, value)
        name = name.to_s
        raise ResultError, "#{name.inspect} is not a header name" unless TOKEN.match?(name)

        known = (values[name.downcase] ||= [])
        (value.is_a?(Array) ? value : [value]).compact.each do |item|
          text = header_value(name, item)
          known << text unless known.include?(text)
        end
      end

      def decode_base64(body)
        body.unpack1("m0")
      rescue ArgumentError
        raise ResultError, "its body is not Base64"
      end

      def with_body(response, body)
        case body
        when nil then return response
        when String then add_text(response, body)
        else
          if stream?(body)
            response.stream = body if response.body?
          else
            response.body = encode_json(body)
            default_content_type(response, Responses::JSON)
          end
        end
        response
      end

      def add_text(response, body)
        response.body = Texts.to_bytes(body)
        default_content_type(response, Texts.bytes?(body) ? Responses::BINARY : Responses::TEXT)
      end

      # An Enumerator, a File and whatever else gives its parts one by one; a Struct has `each` as well, but is data.
      def stream?(body)
        body.respond_to?(:each) && [Hash, Array, Struct].none? { |type| body.is_a?(type) }
      end
    end
  end
end
