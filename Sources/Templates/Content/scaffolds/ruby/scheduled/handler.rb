# frozen_string_literal: true

require "time"

# Does the nightly work.
def handler(event:, context:)
  run = event["data"]
  context.logger.info("run #{run["schedule"]} at #{run["scheduledTime"]}")

  delay = Time.iso8601(run["firedTime"]) - Time.iso8601(run["scheduledTime"])
  context.logger.warn("late by #{delay.to_i} s") if delay > 60
  nil
end
