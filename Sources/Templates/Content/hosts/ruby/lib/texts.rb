# frozen_string_literal: true

module HksHost
  # Texts of any encoding as UTF-8.
  module Texts
    class << self
      # The text as UTF-8; nil where its bytes do not make sense. What claims to be binary may be UTF-8.
      def to_utf8(text)
        return text if text.encoding == Encoding::UTF_8 && text.valid_encoding?
        return text.encode(Encoding::UTF_8) unless text.encoding == Encoding::BINARY || text.encoding == Encoding::UTF_8

        guess = text.dup.force_encoding(Encoding::UTF_8)
        guess if guess.valid_encoding?
      rescue EncodingError
        nil
      end

      # The text as UTF-8, with marks where its bytes do not make sense.
      def scrubbed(text)
        to_utf8(text) || text.dup.force_encoding(Encoding::UTF_8).scrub
      end

      # Whether the text is meant as bytes, or cannot be meant otherwise.
      def bytes?(text)
        text.encoding == Encoding::BINARY || !text.valid_encoding?
      end

      # The bytes to send.
      def to_bytes(text)
        return text.b if bytes?(text)

        text.encode(Encoding::UTF_8, invalid: :replace, undef: :replace).b
      end

      # A header's value off the wire, where every byte is a character.
      def from_latin1(bytes)
        return bytes.dup.force_encoding(Encoding::UTF_8) if bytes.ascii_only?

        bytes.encode(Encoding::UTF_8, Encoding::ISO_8859_1)
      end

      # The opposite of from_latin1.
      def to_latin1(text)
        text.ascii_only? ? text.b : text.encode(Encoding::ISO_8859_1).b
      end

      # `an Integer`, `a String`.
      def with_article(name)
        "#{name.match?(/\A[AEIOU]/) ? "an" : "a"} #{name}"
      end
    end
  end
end
