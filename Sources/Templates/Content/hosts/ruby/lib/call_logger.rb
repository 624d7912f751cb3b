# frozen_string_literal: true

# Loaded with the first use of `context.logger`.
require "logger"
require_relative "logs"
require_relative "stacks"

module HksHost
  # A Logger whose lines are JSON and name the call that writes them.
  class CallLogger < ::Logger
    LEVELS = %w[debug info warn error fatal error].freeze

    def initialize(name)
      super(nil)
      self.progname = name
    end

    def add(severity, message = nil, progname = nil)
      severity ||= UNKNOWN
      return true if severity < level

      if message.nil?
        message, progname = block_given? ? [yield, progname] : [progname, nil]
      end
      Logs.log(LEVELS.fetch(severity, "error"), text(message), Logs.current, { "logger" => progname || self.progname })
      true
    end
    alias log add

    def <<(message)
      Logs.log("info", text(message).chomp, Logs.current, { "logger" => progname })
      self
    end

    private

    def text(message)
      case message
      when String then message
      when Exception then Stacks.describe(message)
      else message.inspect
      end
    end
  end
end
