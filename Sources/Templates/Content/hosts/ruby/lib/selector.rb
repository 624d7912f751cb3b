# frozen_string_literal: true

module HksHost
  # Waits for sockets, with a callback for each. Used on one thread, but for `wake`.
  class Selector
    def initialize
      @callbacks = {}.compare_by_identity
      @reading = {}.compare_by_identity
      @writing = {}.compare_by_identity
      # IO.select takes lists; they stay the same while connections only carry requests.
      @lists = nil
      @wake_reader, @wake_writer = IO.pipe
      @is_awake = false
      watch(@wake_reader, proc { on_wake }, read: true)
    end

    # Calls back with `:read` or `:write` when one of these is possible and wanted.
    def watch(socket, callback, read: false, write: false)
      @callbacks[socket] = callback
      want(@reading, socket, read)
      want(@writing, socket, write)
    end

    # Looks at a socket no more; it may be watched again.
    def forget(socket)
      watch(socket, nil)
      @callbacks.delete(socket)
    end

    # Waits until something is possible, for so many seconds at most, and yields every callback with its kind.
    def select(timeout)
      @lists ||= [@reading.keys, @writing.keys]
      readable, writable = IO.select(*@lists, nil, timeout)
      writable&.each { |socket| notify(socket, @writing, :write) { |*pair| yield(*pair) } }
      readable&.each { |socket| notify(socket, @reading, :read) { |*pair| yield(*pair) } }
    end

    # Ends the wait; from any thread and from a signal's handler.
    def wake
      return if @is_awake

      @is_awake = true
      @wake_writer.write_nonblock("\0", exception: false)
    end

    private

    # A callback before it may have changed what is watched.
    def notify(socket, wanted, kind)
      yield @callbacks[socket], kind if wanted.key?(socket)
    end

    def want(set, socket, is_wanted)
      return if set.key?(socket) == is_wanted

      is_wanted ? set[socket] = true : set.delete(socket)
      @lists = nil
    end

    def on_wake
      @wake_reader.read_nonblock(4096, exception: false)
      # Before the caller looks at what it was woken for: what comes from now on wakes anew.
      @is_awake = false
    end
  end
end
