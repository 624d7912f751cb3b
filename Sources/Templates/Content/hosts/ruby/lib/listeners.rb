# frozen_string_literal: true

require "socket"

module HksHost
  # A place where the host is told to listen cannot be had.
  class ListenError < StandardError; end

  # The sockets on which connections arrive.
  class Listeners
    include Enumerable

    BACKLOG = 1024

    def initialize
      @sockets = []
      @unix_path = nil
    end

    # Opens what the settings ask for. Raises ListenError.
    def open(settings)
      open_unix(settings.unix_path) if settings.unix_path
      named("#{settings.host}:#{settings.port}") { start(Addrinfo.tcp(settings.host, settings.port)) }
    end

    def each(&block)
      @sockets.each(&block)
    end

    def close
      @sockets.each(&:close)
      unlink(@unix_path) if @unix_path
    end

    private

    def open_unix(path)
      named(path) do
        unlink(path)
        # Only the user that runs the function may connect, from the first moment on.
        mask = File.umask(0o177)
        begin
          start(Addrinfo.unix(path))
        ensure
          File.umask(mask)
        end
      end
      @unix_path = path
    end

    def start(address)
      socket = Socket.new(address.afamily, Socket::SOCK_STREAM)
      @sockets << socket
      socket.setsockopt(Socket::SOL_SOCKET, Socket::SO_REUSEADDR, 1) if address.ip?
      socket.bind(address)
      socket.listen(BACKLOG)
    end

    def named(place)
      yield
    rescue SystemCallError => error
      raise ListenError, "cannot listen on '#{place}': #{error.class.new.message}"
    rescue SocketError, ArgumentError => error
      raise ListenError, "cannot listen on '#{place}': #{error.message}"
    end

    # Removes a socket that an earlier process left; anything else stays.
    def unlink(path)
      File.unlink(path) if File.socket?(path)
    rescue Errno::ENOENT
      nil
    end
  end
end
