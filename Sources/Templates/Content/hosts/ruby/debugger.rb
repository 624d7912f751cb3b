# frozen_string_literal: true

# Required before the gem `debug` opens its port: `ruby -r <bundle>/host/debugger.rb -r debug/open_nonstop …`.
#
# Versions up to 1.5, such as the one that comes with Ruby 3.1, know nothing of another path for a file in the editor,
# keep breakpoints that were removed there, and have the program stop when somebody attaches. They learn it here; newer
# ones are left as they are. https://github.com/ruby/debug/blob/master/lib/debug/server_dap.rb

require "debug/session"
# Now, while all gems can be found: afterwards it may be only those of the function.
require "debug/server"
require "debug/server_dap"

module HksHost
  # A connection that says nothing of use must not be the last one.
  module OldDebuggerPort
    def cleanup_reader
      @q_msg ||= Thread::Queue.new
      @q_ans ||= Thread::Queue.new
      @sock&.close
      super
    end
  end

  # What an editor says and is told, where files have another path there.
  module OldDebugger
    # A connection begins.
    def dap_setup(...)
      @hks_roots = []
      @hks_goes_on = @hks_is_configured = @hks_has_paused = false
      super
    end

    private

    # The next request that the gem understands; nil at the end of the connection.
    def recv_request
      while (request = super)
        arguments = request["arguments"] ||= {}
        case request["command"]
        when "attach" then start(request, arguments)
        when "configurationDone" then go_on(request)
        else
          prepare(request["command"], arguments)
          return request
        end
      end
      leave
    end

    def start(request, arguments)
      @hks_roots = arguments["localfsMap"].to_s.split(",").map { |pair| pair.split(":", 2) }
      @hks_goes_on = arguments["nonstop"] == true
      send_response(request)
    end

    # The program has been told to stop, as it is for everybody who connects.
    def go_on(request)
      @hks_is_configured = true
      send_response(request)
      return @q_msg << "continue" if @hks_goes_on

      send_event("stopped", reason: "pause", threadId: 1, allThreadsStopped: true)
    end

    def prepare(command, arguments)
      case command
      when "setBreakpoints"
        source = arguments["source"]
        source["path"] = translated(source["path"], 1, 0)
        forget_breakpoints { |breakpoint| breakpoint.path == source["path"] }
      when "disconnect" then forget_breakpoints { true }
      end
    end

    # The editor has gone without a word; what it stopped must not wait for it.
    def leave
      forget_breakpoints { true }
      @q_msg << "continue" if @session.in_subsession?
      nil
    end

    def forget_breakpoints
      breakpoints = @session.instance_variable_get(:@bps)
      gone = breakpoints.values.select { |one| one.is_a?(DEBUGGER__::LineBreakpoint) && yield(one) }
      gone.each(&:delete)
      breakpoints.delete_if { |_, one| gone.include?(one) }
    end

    def translated(path, from, to)
      pair = @hks_roots.find { |roots| path.to_s.start_with?("#{roots[from]}/") }
      pair ? pair[to] + path.delete_prefix(pair[from]) : path
    end

    # Everything that the editor is told goes this way.
    def send(**message)
      return if message[:event] == "stopped" && first_pause?(message[:body])

      frames = message.dig(:body, :stackFrames) || []
      frames.each { |frame| frame[:source][:path] = translated(frame[:source][:path], 0, 1) if frame[:source] }
      super
    end

    # Whether this is the stop of a connection that begins, and not to be told, or told later.
    def first_pause?(body)
      return false if @hks_has_paused || body[:reason] != "pause"

      @hks_has_paused = true
      @hks_goes_on || !@hks_is_configured
    end
  end
end

unless DEBUGGER__::UI_DAP.respond_to?(:local_fs_map_set)
  DEBUGGER__::UI_ServerBase.prepend(HksHost::OldDebuggerPort)
  DEBUGGER__::UI_DAP.prepend(HksHost::OldDebugger)
end
