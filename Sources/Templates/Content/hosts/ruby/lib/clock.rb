# frozen_string_literal: true

module HksHost
  # The clock of all deadlines.
  module Clock
    # Seconds since some moment; never goes back.
    def self.now
      Process.clock_gettime(Process::CLOCK_MONOTONIC)
    end
  end
end
