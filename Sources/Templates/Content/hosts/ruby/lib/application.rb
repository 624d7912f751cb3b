# frozen_string_literal: true

require_relative "context"
require_relative "http_event"
require_relative "http_result"
require_relative "logs"
require_relative "responses"
require_relative "stacks"

module HksHost
  # One function: its handler and how requests of its type map to calls.
  class Application
    def initialize(settings, handler)
      @settings = settings
      @handler = handler
      @mapping = mapping
    end

    # Answers a call on a worker's thread. Never raises.
    def respond(call)
      context = Context.new(call, @settings)
      results = @mapping.events(call).map do |event|
        call.stoppable { @handler.call(event, context) }
      end
      @mapping.response(results, call)
    rescue Exception => error
      failure(call, error)
    end

    # The answer for what went wrong in a call, which is logged.
    def failure(call, error)
      return Responses.error(error.status, error.message) if error.is_a?(Refusal)
      # Its caller has an answer, and the log has the reason.
      return Response.new(504) if call.overdue?

      description = error.is_a?(ResultError) ? error.message : Stacks.describe(error)
      Logs.log("error", description, call.lines)
      details = { "request_id" => call.request_id }
      details["details"] = description if @settings.developing?
      Responses.error(500, "the function failed", details)
    end

    private

    def mapping
      case @settings.type
      when "http" then HTTPMapping.new(@settings)
      when "stream"
        require_relative "batch_mapping"
        BatchMapping.new
      else
        require_relative "event_mapping"
        EventMapping.new
      end
    end
  end
end
