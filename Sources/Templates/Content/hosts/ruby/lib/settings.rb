# frozen_string_literal: true

module HksHost
  # A variable holds a value that the host cannot work with.
  class SettingsError < StandardError; end

  # Every value that the environment sets, with its default.
  class Settings
    TYPES = %w[http event scheduled stream].freeze
    # A week is longer than any platform lets a call run; a limit of 0 means that none is wanted.
    UNLIMITED = 7 * 86_400.0

    attr_reader :port, :host, :unix_path, :handler, :type, :function_name, :function_version, :memory_limit_in_mb,
                :timeout, :drain, :concurrency, :max_body, :io_timeout, :idle_timeout

    def initialize(environment)
      @environment = environment
      read_listeners
      read_function
      read_limits
      # Failures are then shown to the caller.
      @developing = text("HKS_DEVELOP") == "1"
      return if TYPES.include?(@type)

      raise SettingsError, "HKS_TYPE '#{@type}' is not served by the Ruby host; it serves: #{TYPES.join(", ")}"
    end

    def developing?
      @developing
    end

    private

    def read_listeners
      @port = whole("PORT", 8080, high: 65_535)
      @host = text("HKS_LISTEN_HOST") || "0.0.0.0"
      @unix_path = text("HKS_LISTEN_UNIX")
    end

    def read_function
      @handler = text("HKS_HANDLER") || "handler.handler"
      @type = text("HKS_TYPE") || "http"
      @function_name = text("HKS_FUNCTION_NAME") || text("K_SERVICE") || "function"
      @function_version = text("HKS_FUNCTION_VERSION") || text("K_REVISION") || ""
      @memory_limit_in_mb = whole("HKS_MEMORY_LIMIT_MB", 0)
    end

    def read_limits
      # Longest time for one call, its wait for a free place included.
      @timeout = seconds("HKS_TIMEOUT_SECONDS", 300)
      # Longest time that running calls get after SIGTERM.
      @drain = seconds("HKS_DRAIN_SECONDS", 10)
      # Calls at once; 0 leaves the choice to the host.
      @concurrency = whole("HKS_CONCURRENCY", 0)
      @max_body = whole("HKS_MAX_BODY_BYTES", 10 * 1024 * 1024)
      # Longest time for a request's head to arrive, and for a client to take the next piece of an answer.
      @io_timeout = seconds("HKS_IO_TIMEOUT_SECONDS", 30)
      # Longest time that an unused connection stays open; above what proxies in front use.
      @idle_timeout = seconds("HKS_IDLE_TIMEOUT_SECONDS", 120)
    end

    def text(name)
      value = @environment[name]
      value unless value.nil? || value.empty?
    end

    def whole(name, default, high: 2**53)
      text = text(name) or return default
      return text.to_i if text.match?(/\A[0-9]{1,16}\z/) && text.to_i <= high

      raise SettingsError, "#{name} must be a whole number of at least 0, not '#{text}'"
    end

    def seconds(name, default)
      text = text(name) or return default.to_f
      value = Float(text, exception: false)
      unless value && value >= 0 && value <= UNLIMITED
        raise SettingsError, "#{name} must be a number of seconds, not '#{text}'"
      end

      value.zero? ? UNLIMITED : value
    end
  end
end
