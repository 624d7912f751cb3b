# frozen_string_literal: true

require_relative "cloud_events"
require_relative "event_replies"
require_relative "http_result"
require_relative "logs"
require_relative "responses"

module HksHost
  # What a handler of type event or scheduled is given, and what becomes of its result: every CloudEvent of a request
  # is one call; a result that is a CloudEvent is the reply.
  class EventMapping
    # The events that a request carries. Raises Refusal.
    def events(call)
      CloudEvents.parse(call.request)
    end

    # An answer without a body, a failure that the handler asked for, or the reply events.
    def response(results, call)
      replies = []
      results.each do |result|
        fields = result.is_a?(Hash) ? result.transform_keys(&:to_s) : {}
        if fields.key?("statusCode") || fields.key?("status_code")
          answer = HTTPResult.to_response(fields)
          return answer if answer.status >= 300
        elsif EventReplies.event?(fields)
          replies << fields
        elsif !result.nil?
          Logs.log("debug", "the handler's result is not a CloudEvent and was dropped", call.lines)
        end
      end
      replies.empty? ? Response.new(204) : EventReplies.encode(replies)
    end
  end
end
