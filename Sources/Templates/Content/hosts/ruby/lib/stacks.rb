# frozen_string_literal: true

require_relative "texts"

module HksHost
  # Stack traces that begin with the user's own code; its files are named as in the project.
  module Stacks
    HOST_FOLDER = "#{File.dirname(__dir__)}/"
    # How Ruby itself loads files.
    LOADING = %r{<internal:|/rubygems/core_ext/kernel_require|/bundled_gems\.rb}.freeze

    MAX_FRAMES = 60

    class << self
      # The error in one line.
      def summary(error)
        return "SyntaxError: #{syntax_error(error)}" if error.is_a?(SyntaxError)

        text = "#{error.class}: #{first_line(error)}".delete_suffix(": ")
        Texts.scrubbed(text)
      end

      # The error with its stack and its causes, without the frames of the host.
      def describe(error, seen = [])
        seen << error
        first, *frames = shortened(frames(error))
        text = first ? "#{first}: #{message(error)}" : message(error)
        text += frames.map { |frame| "\n\tfrom #{frame}" }.join
        cause = error.cause
        text += "\n#{describe(cause, seen)}" if cause && seen.none? { |known| known.equal?(cause) }
        Texts.scrubbed(text)
      end

      private

      # What is wrong and where. Ruby up to 3.3 says `file:line: reason`, newer ones show the lines below that.
      def syntax_error(error)
        match = /\A(?<file>.+?):(?<line>\d+): (?<reason>.*)/.match(error.message) or return first_line(error)
        marked = /^ *\| *\^+~* (?<reason>.+)/.match(error.message)
        reason = marked ? marked[:reason] : match[:reason].delete_prefix("syntax error, ")
        "#{reason} (#{File.basename(match[:file])}:#{match[:line]})"
      end

      def first_line(error)
        error.message.lines.first.to_s.chomp
      end

      def message(error)
        return detailed(error) if error.respond_to?(:detailed_message)

        first, *rest = error.message.split("\n", -1)
        ["#{first} (#{error.class})", *rest].join("\n").delete_prefix(" ").then { |text| relative(text) }
      end

      def detailed(error)
        relative(error.detailed_message(highlight: false))
      end

      def frames(error)
        (error.backtrace || []).reject { |frame| frame.start_with?(HOST_FOLDER) || frame.match?(LOADING) }
                               .map { |frame| relative(frame) }
      end

      # Endless recursion has thousands of frames.
      def shortened(frames)
        hidden = frames.length - MAX_FRAMES
        return frames if hidden <= 0

        [*frames.first(MAX_FRAMES - 10), "#{hidden} more frames", *frames.last(10)]
      end

      def relative(text)
        text.gsub("#{app_folder}/", "")
      end

      # Handlers may change the working folder.
      def app_folder
        @app_folder ||= Dir.pwd
      end
    end

    send(:app_folder)
  end
end
