# frozen_string_literal: true

require "logger"
require "minitest/autorun"
require "stringio"
require_relative "../handler"

class HandlerTest < Minitest::Test
  Context = Struct.new(:logger)

  def test_processes_a_batch
    assert_empty failed({ "amount" => 12.5 }, { "amount" => 3 })
  end

  def test_reports_records_without_a_positive_amount
    bad = [nil, "text", {}, { "amount" => "3" }, { "amount" => true }, { "amount" => 0 }, { "amount" => -1 }]
    expected = (1..bad.length).map { |number| { id: "r#{number}" } }
    assert_equal expected, failed({ "amount" => 1 }, *bad)
  end

  private

  def failed(*items)
    records = items.each_with_index.map { |data, number| { "id" => "r#{number}", "data" => data } }
    log = StringIO.new
    event = { "source" => "payments", "records" => records }
    result = handler(event: event, context: Context.new(Logger.new(log)))
    records.each { |record| assert_includes log.string, "processed #{record["id"]}" }
    result[:batchItemFailures]
  end
end
