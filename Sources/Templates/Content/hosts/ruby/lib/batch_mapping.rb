# frozen_string_literal: true

require_relative "http_result"
require_relative "json_text"
require_relative "logs"
require_relative "responses"

module HksHost
  # What a handler of type stream is given, and what becomes of its result: one batch of records is one call; the
  # result may name the records that are to come again.
  class BatchMapping
    FAILURES = "batchItemFailures"

    # The batch as it was sent; none where it is empty. Raises Refusal.
    def events(call)
      batch = parse(call.request)
      records = batch["records"]
      refuse("it has no list 'records'") unless records.is_a?(Array)
      ids = records.map { |record| record_id(record) }
      repeated = ids.find { |id| ids.count(id) > 1 } unless ids.uniq.length == ids.length
      refuse("the id '#{repeated}' stands on several records") if repeated
      records.empty? ? [] : [batch]
    end

    # An answer without a body when all records are done, or the failed ones. Raises ResultError.
    def response(results, call)
      result = results.first
      return done if result.nil?

      fields = result.is_a?(Hash) ? result.transform_keys(&:to_s) : {}
      if fields.key?("statusCode") || fields.key?("status_code")
        answer = HTTPResult.to_response(fields)
        return answer.status >= 300 ? answer : done
      end
      return failures(fields[FAILURES], call) if fields.key?(FAILURES)

      Logs.log("debug", "the handler's result names no #{FAILURES} and was dropped", call.lines)
      done
    end

    private

    def done
      Response.new(204)
    end

    def refuse(reason)
      raise Refusal.new(400, "the request is not a batch of records: #{reason}")
    end

    def parse(request)
      batch = JSONText.load(request.body)
      batch.is_a?(Hash) ? batch : refuse("a JSON object is expected")
    rescue JSON::ParserError
      refuse("its body is not JSON")
    end

    def record_id(record)
      refuse("a record is no JSON object") unless record.is_a?(Hash)
      id = record["id"]
      id.is_a?(String) && !id.empty? ? id : refuse("a record has no 'id' that is a text")
    end

    def failures(items, call)
      items = [] if items.nil?
      raise ResultError, "#{FAILURES} must be a list" unless items.is_a?(Array)

      ids = items.map { |item| failed_id(item) }.uniq
      known = JSONText.load(call.request.body)["records"].map { |record| record["id"] }
      unknown = (ids - known).first
      raise ResultError, "#{FAILURES} names '#{unknown}', which is no record of the batch" if unknown
      return done if ids.empty?

      body = JSONText.dump({ FAILURES => ids.map { |id| { "id" => id } } })
      Response.new(200, [["content-type", Responses::JSON]], body)
    end

    def failed_id(item)
      id = item["id"] || item[:id] if item.is_a?(Hash)
      id.is_a?(String) ? id : raise(ResultError, "an item of #{FAILURES} has no 'id' that is a text")
    end
  end
end
