# frozen_string_literal: true

module HksHost
  # A user's method, ready to be called with what it takes of `event` and `context`.
  class Handler
    NAMES = %i[event context].freeze

    # Raises ArgumentError where the method asks for more than that.
    def initialize(method)
      @method = method
      kinds = method.parameters.group_by(&:first).transform_values { |pairs| pairs.map(&:last) }
      check(kinds)
      @keywords = NAMES & [*kinds[:keyreq], *kinds[:key]]
      rest = NAMES - @keywords
      # A method that passes everything on, such as `def handler(...)`, gets both in their usual order.
      @positional = kinds[:rest] ? rest : rest.first([*kinds[:req], *kinds[:opt]].length)
      @keywords += rest - @positional if kinds[:keyrest] && !kinds[:rest]
    end

    def call(event, context)
      values = { event: event, context: context }
      arguments = values.values_at(*@positional)
      return @method.call(*arguments) if @keywords.empty?

      @method.call(*arguments, **values.slice(*@keywords))
    end

    private

    def check(kinds)
      unknown = (kinds[:keyreq] || []) - NAMES
      unless unknown.empty?
        raise ArgumentError, "asks for '#{unknown.first}:'; it is given 'event:' and 'context:'"
      end

      required = (kinds[:req] || []).length
      available = (NAMES - [*kinds[:keyreq], *kinds[:key]]).length
      return if required <= available

      raise ArgumentError, "takes #{required} arguments; it is given event and context"
    end
  end
end
