# frozen_string_literal: true

require_relative "json_text"
require_relative "texts"

module HksHost
  # Log lines: what a call writes becomes JSON lines that name it, everything else stays as it is.
  module Logs
    # A line without an end is passed on at this length.
    MAX_LINE = 64 * 1024
    VARIABLE = :hks_call_lines

    # A file descriptor to which several threads write whole lines, without a buffer.
    class Output
      attr_reader :level

      def initialize(descriptor, level)
        @io = IO.for_fd(descriptor, "wb", autoclose: false)
        @io.sync = true
        @level = level
        @lock = Mutex.new
      end

      def write(data)
        @lock.synchronize { @io.write(data) }
      rescue ThreadError
        # A signal's handler may not take locks.
        @io.write(data)
      rescue SystemCallError, IOError
        # A reader that went away must not end the function.
        nil
      end
    end

    # Extends standard output and standard error, which stay what they are for everything but `write`; `puts`, `warn`,
    # Logger and the like all end there.
    module CallOutput
      def self.extend_io(stream, output)
        stream.sync = true
        stream.instance_variable_set(:@hks_output, output)
        stream.extend(self)
      end

      def write(*parts)
        texts = parts.map(&:to_s)
        lines = Logs.current
        if lines
          lines.take(@hks_output, texts.map { |text| Texts.scrubbed(text) }.join)
        else
          @hks_output.write(texts.map(&:b).join)
        end
        texts.sum(&:bytesize)
      end
    end

    # The lines of one call.
    class CallLines
      attr_reader :request_id, :trace_id

      def initialize(request_id, trace_id)
        @request_id = request_id
        @trace_id = trace_id
        # What was written without a line end yet, by output.
        @unfinished = {}
        @lock = Mutex.new
      end

      def take(output, text)
        @lock.synchronize do
          *lines, rest = "#{@unfinished.delete(output)}#{text}".split("\n", -1)
          lines, rest = [*lines, rest], nil if rest && rest.length > MAX_LINE
          @unfinished[output] = rest unless rest.nil? || rest.empty?
          lines.each { |line| write(output, line) }
        end
      end

      # Writes what was left without a line end.
      def finish
        @lock.synchronize do
          @unfinished.each { |output, line| write(output, line) }
          @unfinished.clear
        end
      end

      def fields
        @trace_id ? { "request_id" => @request_id, "trace_id" => @trace_id } : { "request_id" => @request_id }
      end

      private

      # A line that is a JSON object keeps its own fields.
      def write(output, line)
        own = Logs.parse_object(line)
        output.write(own ? "#{JSONText.dump(fields.merge(own))}\n" : Logs.entry(output.level, line, self))
      end
    end

    # Gives threads that a handler starts the call of the thread that starts them.
    module Inheritance
      def initialize(...)
        thread_variable_set(VARIABLE, Logs.current) if Logs.current
        super
      end

      # `Thread.start` and `Thread.fork` do not initialize.
      module Start
        %i[start fork].each do |name|
          define_method(name) do |*arguments, &block|
            lines = Logs.current
            next super(*arguments, &block) if lines.nil? || block.nil?

            super(*arguments) do |*inner|
              Logs.current = lines
              block.call(*inner)
            end
          end
        end
      end
    end

    class << self
      # Takes over standard output and standard error.
      def install
        @out = Output.new(1, "info")
        @err = Output.new(2, "error")
        # Ruby's own reports on failed threads pass by `write` where $stderr is the original object.
        $stderr = IO.for_fd(2, "w", autoclose: false)
        CallOutput.extend_io($stdout, @out)
        CallOutput.extend_io($stderr, @err)
        CallOutput.extend_io(STDERR, @err)
        Thread.prepend(Inheritance)
        Thread.singleton_class.prepend(Inheritance::Start)
      end

      # The lines of the call to which the running code belongs. Not local to a fiber, for a handler may use several.
      def current
        Thread.current.thread_variable_get(VARIABLE)
      end

      def current=(lines)
        Thread.current.thread_variable_set(VARIABLE, lines)
      end

      # Writes a line of the host itself, or one with further fields.
      def log(level, message, lines = nil, fields = {})
        @err.write(entry(level, message, lines, fields))
      end

      # Writes lines as they are to standard error.
      def write_plain(text)
        @err.write(text)
      end

      def entry(level, message, lines, fields = {})
        entry = { "timestamp" => Time.now.utc.strftime("%Y-%m-%dT%H:%M:%S.%LZ"), "level" => level }
        entry["message"] = Texts.scrubbed(message)
        entry.merge!(lines.fields) if lines
        "#{JSONText.dump(entry.merge!(fields))}\n"
      end

      def parse_object(line)
        return nil unless line.start_with?("{")

        value = JSONText.load(line)
        value if value.is_a?(Hash)
      rescue JSON::ParserError
        nil
      end
    end
  end
end
