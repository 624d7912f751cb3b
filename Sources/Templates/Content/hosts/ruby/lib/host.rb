# frozen_string_literal: true

require_relative "application"
require_relative "loader"
require_relative "logs"
require_relative "server"
require_relative "settings"
require_relative "stacks"

# Turns HTTP requests into calls of one Ruby method. Only the standard library, Ruby 3.0 or newer.
module HksHost
  # From the environment to a serving process.
  module Host
    class << self
      # Runs until SIGTERM; ends the process with status 0, or 1 with the reason as the last line.
      def main
        # As process 1 the signal would otherwise be ignored until the server listens.
        trap("TERM") { exit!(0) }
        leave_at_once_at_exit
        Logs.install
        server = start
        @status = server && wait_for(server) ? 0 : 1
        exit(@status)
      end

      private

      # Registered before the user's code can do so, hence run after all that it left for the end: without waiting
      # for its threads. A process that a handler has forked off leaves as it likes.
      def leave_at_once_at_exit
        process = Process.pid
        @status = 1
        at_exit { exit!(@status) if Process.pid == process }
      end

      def start
        settings = Settings.new(ENV.to_h)
        handler = Loader.load(settings.handler, Dir.pwd)
        server = Server.new(settings, Application.new(settings, handler))
        server.listen
        server
      rescue LoadFailure => error
        Logs.write_plain("#{Stacks.describe(error.origin)}\n") if error.origin
        Logs.write_plain("#{error.message}\n")
        nil
      rescue SettingsError, ListenError => error
        Logs.write_plain("#{error.message}\n")
        nil
      end

      # The server has a thread of its own, for `exit` in any thread and Thread.abort_on_exception raise in this one.
      # False where the server itself has failed.
      def wait_for(server)
        thread = Thread.new { server.run }
        thread.report_on_exception = false
        stop_on_signals(server)
        begin
          thread.join
          true
        rescue Exception => error
          origin = thread.alive? ? "a thread of the function" : "the host"
          Logs.log("error", "#{origin} failed: #{Stacks.describe(error)}")
          retry if thread.alive?
          false
        end
      end

      def stop_on_signals(server)
        process = Process.pid
        %w[TERM INT].each do |name|
          trap(name) do
            # What a handler has forked off has no server to stop.
            exit!(128 + Signal.list[name]) unless Process.pid == process
            server.request_stop
          end
        end
      end
    end
  end
end
