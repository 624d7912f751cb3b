# frozen_string_literal: true

require_relative "call"
require_relative "logs"
require_relative "stacks"

module HksHost
  # Threads that take calls from one queue; one more starts when all are busy.
  class Workers
    # The block runs a call on a worker's thread.
    def initialize(&run)
      @run = run
      @queue = Thread::Queue.new
      @lock = Mutex.new
      @threads = 0
      @unfinished = 0
    end

    def submit(call)
      is_short = @lock.synchronize do
        @unfinished += 1
        (@unfinished > @threads).tap { |more| @threads += 1 if more }
      end
      start if is_short
      @queue << call
    end

    private

    def start
      thread = Thread.new do
        # Only the user's code is interrupted, see Call#stoppable.
        Thread.handle_interrupt(TimeIsOver => :never) { loop { serve(@queue.pop) } }
      ensure
        # A handler may end its thread.
        @lock.synchronize { @threads -= 1 }
      end
      thread.name = "call"
    end

    def serve(call)
      @run.call(call)
    rescue Exception => error
      Logs.log("error", "the host failed: #{Stacks.describe(error)}", call.lines)
    ensure
      forget_interrupt
      @lock.synchronize { @unfinished -= 1 }
    end

    # One that came when its call had just ended must not reach the next one.
    def forget_interrupt
      return unless Thread.pending_interrupt?(TimeIsOver)

      Thread.handle_interrupt(TimeIsOver => :immediate) { Thread.pass }
    rescue TimeIsOver
      nil
    end
  end
end
